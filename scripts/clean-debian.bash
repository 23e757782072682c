# shellcheck shell=bash
# A minimal Debian made in a folder, for scripts to try things in: no package that a machine happens to have. The
# kernel, its devices and the network are the host's. To be read by a bash that has set
#   release  Debian's release, such as bookworm
#   mirror   where it is got from; empty: the first that this machine's apt uses
#   folder   where it is made; empty: a new one
#   keep     if not empty, the folder is not removed; a kept one is used again

made_here=etc/made-by-clean-debian

if ((EUID != 0)); then
  echo "${0##*/}: needs root, to make a Debian and to mount" >&2
  exit 1
fi
if ! command -v debootstrap >/dev/null; then
  echo "${0##*/}: needs debootstrap; type: apt-get install debootstrap" >&2
  exit 1
fi

if [[ -z $folder ]]; then
  folder=$(mktemp -d /var/tmp/orchestrate-clean.XXXXXX)
  chmod 755 "$folder" # it is going to be the root of ordinary users, too
else
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd -P)
  # It is removed afterwards, so it must not be anybody else's.
  if [[ -n $(ls -A "$folder") && ! -e $folder/$made_here ]]; then
    echo "${0##*/}: $folder is not empty, and was not made by this; name another folder" >&2
    exit 2
  fi
fi

remove() {
  # Nothing is mounted here: the mounts were in a namespace of their own, which is gone. If one is left
  # after all, what is mounted there stays.
  [[ -n $keep ]] || rm -rf --one-file-system "$folder" "$folder.log"
}
trap remove EXIT

make_debian() {
  # shellcheck disable=SC2016 # apt-get expands it
  [[ -z $mirror ]] && mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $release" | sed -n 1p)
  [[ -n $mirror ]] || mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed -n 1p)
  local include=()
  [[ $mirror == https:* ]] && include=(--include=ca-certificates)
  echo "Making a minimal Debian $release in $folder"
  if ! debootstrap --variant=minbase "${include[@]}" "$release" "$folder" "$mirror" >"$folder.log" 2>&1; then
    tail -n 20 "$folder.log" >&2
    exit 1
  fi
  rm -f "$folder.log"
  touch "$folder/$made_here"
}

# How this machine reaches the network: names, proxies, certificates that it trusts, Maven's settings.
copy_network_settings() {
  cp -L /etc/resolv.conf /etc/hosts "$folder/etc/"
  apt-config dump | grep -E '^Acquire::(https?|Check-[A-Za-z-]+)(::|[[:space:]])' >"$folder/etc/apt/apt.conf.d/99host" || true
  mkdir -p "$folder/usr/local/share/ca-certificates" "$folder/root/.m2"
  cp -RL /usr/local/share/ca-certificates/. "$folder/usr/local/share/ca-certificates/"
  [[ ! -f ~/.m2/settings.xml ]] || cp ~/.m2/settings.xml "$folder/root/.m2/"
}

prepare_debian() {
  [[ -e $folder/etc/debian_version ]] || make_debian
  copy_network_settings
}

# Its own mount namespace, so that every mount goes when the last process does, however that ends; and
# pivot_root rather than chroot, because a process in a chroot may not make user namespaces.
inside() { # FOLDER COMMAND...
  local where=$1
  shift
  # shellcheck disable=SC2016 # the inner shell expands them
  unshare --mount --propagation slave bash -euc '
    cd "$1"
    shift
    mount --bind . .
    cd "$PWD"
    mount -t proc proc proc
    mount --rbind /sys sys
    mount --rbind /dev dev
    mkdir -p host
    pivot_root . host
    exec chroot . /bin/sh -c "umount -l /host && rmdir /host && cd \"\$1\" && shift && exec \"\$@\"" sh "$@"
  ' bash "$folder" "$where" env -i "${environment[@]}" "$@"
}

environment=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "TERM=${TERM-dumb}")
for name in CI MAVEN_OPTS http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [[ -z ${!name-} ]] || environment+=("$name=${!name}")
done

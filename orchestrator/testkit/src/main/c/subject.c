// A living program for tests. It does what the lines on its standard input say, one command per line, and
// answers each with one line on its standard output: "ok VALUE…" or "error ERRNO text".
//
//   subject                    commands come from standard input
//   subject --connect PATH     they come through the unix socket at PATH, which becomes 0 and 1
//
// It has no descriptors but 0, 1, 2 and what the commands opened. It ends with its input.

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>

#include "chains.h"
#include "crowds.h"
#include "files.h"
#include "locks.h"
#include "names.h"
#include "wire.h"

static void execute(char *line, char *reply);

/** Where a child process or thread gets its commands: in shared memory, as that needs no descriptor. */
struct worker {
  sem_t asked;
  sem_t answered;
  pid_t id;
  char line[LINE_SIZE];
  char reply[LINE_SIZE];
};

enum { MAX_WORKERS = 32, PATIENCE_SECONDS = 60 };
static struct worker *workers[MAX_WORKERS];
static int worker_count;

static void serve(struct worker *worker) {
  sem_post(&worker->answered);
  for (;;) {
    while (sem_wait(&worker->asked) < 0) {
    }
    execute(worker->line, worker->reply);
    sem_post(&worker->answered);
  }
}

static int await_answer(struct worker *worker) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_SECONDS;
  int result;
  do {
    result = sem_timedwait(&worker->answered, &until);
  } while (result < 0 && errno == EINTR);
  return result;
}

static struct worker *hire(void) {
  if (worker_count == MAX_WORKERS) {
    errno = EAGAIN;
    return NULL;
  }
  struct worker *worker =
      mmap(NULL, sizeof *worker, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (worker == MAP_FAILED) {
    return NULL;
  }
  sem_init(&worker->asked, 1, 0);
  sem_init(&worker->answered, 1, 0);
  return worker;
}

static int hired(struct call *call, struct worker *worker) {
  if (await_answer(worker) < 0) {
    return -1;
  }
  workers[worker_count] = worker;
  reply(call, "%d", worker_count++);
  reply(call, "%d", worker->id);
  return 0;
}

// fork: a child that shares every open file description; replies its index and process number
static int do_fork(struct call *call) {
  struct worker *worker = hire();
  if (worker == NULL) {
    return -1;
  }
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    worker->id = getpid();
    serve(worker);
  }
  return child < 0 ? -1 : hired(call, worker);
}

static void *begin_thread(void *argument) {
  struct worker *worker = argument;
  worker->id = (pid_t)syscall(SYS_gettid);
  if (unshare(CLONE_FILES) < 0) {
    abort();
  }
  serve(worker);
  return NULL;
}

// thread: one with a descriptor table of its own; replies its index and thread number
static int do_thread(struct call *call) {
  struct worker *worker = hire();
  pthread_t thread;
  if (worker == NULL) {
    return -1;
  }
  errno = pthread_create(&thread, NULL, begin_thread, worker);
  return errno != 0 ? -1 : hired(call, worker);
}

// pid
static int do_pid(struct call *call) {
  reply(call, "%d", getpid());
  return 0;
}

static const struct {
  const char *name;
  int number;
} signals[] = {{"TERM", SIGTERM}, {"INT", SIGINT}, {"HUP", SIGHUP}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}};
static const size_t SIGNALS = sizeof signals / sizeof signals[0];

static sigset_t signals_to_hold(void) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < SIGNALS; i++) {
    sigaddset(&set, signals[i].number);
  }
  return set;
}

// holdsignals: from now on TERM, INT, HUP, USR1 and USR2 wait until "waitsignal" asks for them
static int do_holdsignals(struct call *call) {
  (void)call;
  sigset_t set = signals_to_hold();
  errno = pthread_sigmask(SIG_BLOCK, &set, NULL);
  return errno == 0 ? 0 : -1;
}

// waitsignal SECONDS: replies its name; error EAGAIN if none came
static int do_waitsignal(struct call *call) {
  sigset_t set = signals_to_hold();
  struct timespec patience = {number(call, 0), 0};
  int arrived = sigtimedwait(&set, NULL, &patience);
  for (size_t i = 0; i < SIGNALS; i++) {
    if (arrived == signals[i].number) {
      reply(call, "%s", signals[i].name);
    }
  }
  return arrived < 0 ? -1 : 0;
}

// exit STATUS
static int do_exit(struct call *call) { exit(descriptor(call, 0)); }

static const struct {
  const char *name;
  int (*run)(struct call *);
} commands[] = {
    {"bind", do_bind},           {"cat", do_cat},           {"chain", do_chain},         {"chattr", do_chattr},
    {"chdir", do_chdir},         {"chmod", do_chmod},       {"chown", do_chown},
    {"chroot", do_chroot},       {"cloexec", do_cloexec},   {"close", do_close},
    {"count", do_count},         {"creat", do_creat},         {"deepen", do_deepen},     {"descriptors", do_descriptors},
    {"dup", do_dup},             {"exhaust", do_exhaust},   {"exit", do_exit},
    {"fill", do_fill},           {"flock", do_flock},       {"fork", do_fork},
    {"fsync", do_fsync},         {"getcwd", do_getcwd},     {"getenv", do_getenv},
    {"getexe", do_getexe},       {"getfl", do_getfl},       {"getroot", do_getroot},
    {"getxattr", do_getxattr},   {"limit", do_limit},       {"juggle", do_juggle},       {"link", do_link},
    {"linkfd", do_linkfd},       {"lsattr", do_lsattr},     {"many", do_many},
    {"manyright", do_manyright}, {"mkdir", do_mkdir},       {"mkfifo", do_mkfifo},
    {"mmap", do_mmap},           {"mounttmpfs", do_mounttmpfs}, {"mread", do_mread},
    {"mwrite", do_mwrite},       {"ofdlock", do_ofdlock},   {"open", do_open},
    {"pid", do_pid},             {"posixlock", do_posixlock}, {"pread", do_pread},
    {"pwrite", do_pwrite},       {"read", do_read},         {"readlink", do_readlink},
    {"rename", do_rename},       {"rmdir", do_rmdir},       {"seek", do_seek},
    {"setxattr", do_setxattr},   {"holdsignals", do_holdsignals}, {"stat", do_stat},
    {"storm", do_storm},         {"swap", do_swap},         {"tell", do_tell},         {"thread", do_thread},
    {"tick", do_tick},           {"touch", do_touch},       {"truncate", do_truncate},
    {"trylock", do_trylock},     {"umask", do_umask},       {"unlink", do_unlink},
    {"unsharemount", do_unsharemount}, {"waitsignal", do_waitsignal}, {"write", do_write}};

static int run(const char *name, struct call *call) {
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
    if (is(name, commands[i].name)) {
      return commands[i].run(call);
    }
  }
  errno = ENOSYS;
  return -1;
}

/** worker INDEX COMMAND…: the reply is the worker's. */
static void delegate(char *rest, char *reply) {
  char *line = rest;
  long index = strtol(rest, &line, 10);
  struct worker *worker = index >= 0 && index < worker_count ? workers[index] : NULL;
  if (worker == NULL || *line != ' ') {
    snprintf(reply, LINE_SIZE, "error ECHILD no such worker");
    return;
  }
  snprintf(worker->line, LINE_SIZE, "%s", line + 1);
  sem_post(&worker->asked);
  if (await_answer(worker) < 0) {
    snprintf(reply, LINE_SIZE, "error ETIMEDOUT the worker does not answer");
    return;
  }
  memcpy(reply, worker->reply, LINE_SIZE);
}

static void execute(char *line, char *reply) {
  static const char ask_worker[] = "worker ";
  if (strncmp(line, ask_worker, sizeof ask_worker - 1) == 0) {
    delegate(line + sizeof ask_worker - 1, reply);
    return;
  }
  struct call call = {.reply = reply, .used = (size_t)snprintf(reply, LINE_SIZE, "ok")};
  char *rest = NULL;
  const char *name = strtok_r(line, " ", &rest);
  char *word;
  while (call.count < MAX_WORDS && (word = strtok_r(NULL, " ", &rest)) != NULL) {
    call.length[call.count] = decode(word);
    call.word[call.count++] = word;
  }
  if (run(name == NULL ? "" : name, &call) < 0) {
    int error = errno;
    const char *symbol = strerrorname_np(error);
    snprintf(reply, LINE_SIZE, "error %s %s", symbol == NULL ? "E?" : symbol, strerror(error));
  }
}

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0 || dup2(fd, 0) < 0
      || dup2(fd, 1) < 0) {
    return -1;
  }
  return fd > 1 ? close(fd) : 0;
}

int main(int count, char **arguments) {
  static char line[LINE_SIZE];
  static char reply[LINE_SIZE];
  if (count > 2 && is(arguments[1], "--connect") && connect_to(arguments[2]) < 0) {
    perror(arguments[2]);
    return 1;
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    execute(line, reply);
    printf("%s\n", reply);
    fflush(stdout);
  }
  return 0;
}

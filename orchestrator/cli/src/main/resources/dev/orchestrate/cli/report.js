// Shows the rows that have the text; the address keeps it, behind the #.
const filter = document.getElementById("filter");
const count = document.getElementById("count");
const rows = Array.from(document.querySelectorAll("#holdings tbody tr"));
function show() {
  const text = filter.value.toLowerCase();
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(text);
  count.textContent = rows.filter((row) => !row.hidden).length + " of " + rows.length;
}
filter.value = decodeURIComponent(location.hash.slice(1));
filter.addEventListener("input", () => {
  history.replaceState(null, "", "#" + encodeURIComponent(filter.value));
  show();
});
show();

// Tables that are sorted by a press on a column's head, and choices that show one of several panels.

function sortKey(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
}

// Empty cells go last, whichever way.
function compare(first, second) {
  if (typeof first === "string") return first.localeCompare(second);
  if (Number.isNaN(first)) return Number.isNaN(second) ? 0 : 1;
  return Number.isNaN(second) ? -1 : first - second;
}

function sortBy(head) {
  const column = head.cellIndex;
  const descending = head.getAttribute("aria-sort") === "ascending";
  const body = head.closest("table").tBodies[0];
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const isEmpty = (key) => Number.isNaN(key);
  const keyed = [...body.rows].map((row) => [sortKey(row, column), row]);
  keyed.sort(([first], [second]) => {
    const order = compare(first, second);
    return descending && !isEmpty(first) && !isEmpty(second) ? -order : order;
  });
  body.append(...keyed.map(([, row]) => row));
}

for (const head of document.querySelectorAll("table.sortable thead th")) {
  head.querySelector("button").addEventListener("click", () => sortBy(head));
}

for (const choice of document.querySelectorAll("[data-shows]")) {
  const show = () => {
    for (const panel of document.querySelectorAll(`[data-panel-of="${choice.name}"]`)) {
      panel.hidden = panel.dataset.panel !== choice.dataset.shows;
    }
  };
  choice.addEventListener("change", show);
  if (choice.checked) show();
}

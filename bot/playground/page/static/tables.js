// Data tables: sorted by a column and paged, as in Slack, for the reader alone.
(() => {
  window.tables = { prepare };
  prepare();

  function prepare() {
    for (const box of document.querySelectorAll(".data-table:not([data-ready])")) {
      box.dataset.ready = "yes";
      const body = box.querySelector("tbody");
      const size = Number(box.dataset.pageSize);
      const original = [...body.rows];
      const state = { rows: original, from: 0, column: -1, direction: 0 };
      box.addEventListener("click", (event) => {
        const sort = event.target.closest("[data-sort]");
        const page = event.target.closest("[data-page]");
        if (sort) order(box, body, original, state, Number(sort.dataset.sort));
        if (page) state.from += Number(page.dataset.page) * size;
        if (sort || page) show(box, body, state, size);
      });
    }
  }

  // Up, down, and back to the order in which the app sent the rows.
  function order(box, body, original, state, column) {
    state.direction = state.column === column ? { 0: 1, 1: -1, [-1]: 0 }[state.direction] : 1;
    state.column = column;
    state.from = 0;
    state.rows = [...original];
    if (state.direction) state.rows.sort((a, b) => state.direction * compare(value(a, column), value(b, column)));
    box.querySelectorAll("thead th").forEach((head, index) => {
      const isThis = index === column && state.direction;
      if (isThis) head.setAttribute("aria-sort", state.direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    body.append(...state.rows);
  }

  function value(row, column) { return row.cells[column].dataset.value; }

  function compare(a, b) {
    const [x, y] = [Number(a), Number(b)];
    const areNumbers = a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y);
    return areNumbers ? x - y : a.localeCompare(b, undefined, { numeric: true });
  }

  function show(box, body, state, size) {
    const count = state.rows.length;
    state.from = Math.max(0, Math.min(state.from, Math.floor((count - 1) / size) * size));
    const until = Math.min(state.from + size, count);
    state.rows.forEach((row, index) => { row.hidden = index < state.from || index >= until; });
    const where = box.querySelector(".where");
    if (!where) return;
    where.textContent = `${state.from + 1} to ${until} of ${count}`;
    box.querySelector("[data-page='-1']").disabled = state.from === 0;
    box.querySelector("[data-page='1']").disabled = until === count;
  }
})();

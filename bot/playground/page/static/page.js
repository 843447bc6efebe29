// Dialogs, menus and scrolling: what a browser does not do by itself.
(() => {
  const scroll = document.getElementById("scroll");
  const newer = document.getElementById("newer");
  const NEAR = 120;
  const PATIENCE = 8000;
  let acted = -PATIENCE;
  let opener = null;

  const page = (window.page = {
    // Whoever just sent or clicked something wants to see what comes of it.
    isExpecting: () => performance.now() - acted < PATIENCE,
    isAtEnd: (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR,
    // To the end; but of an answer that is longer than the window, to where it begins.
    toEnd(box, first) {
      box.scrollTop = box.scrollHeight;
      if (!first || !box.contains(first)) return;
      const above = box.getBoundingClientRect().top - first.getBoundingClientRect().top;
      if (above > 0) box.scrollTop -= above;
    },
    // Shows the dialogs that arrived; when the last one is gone, focus goes back to where it was.
    openDialogs() {
      if (opener && !document.querySelector("dialog[data-open]")) restoreFocus();
      for (const dialog of document.querySelectorAll("dialog[data-open]:not([open])")) {
        opener ||= { element: document.activeElement, id: document.activeElement?.id };
        dialog.showModal();
        const wrong = dialog.querySelector("[aria-invalid]");
        const first = dialog.querySelector("[autofocus]")
          || dialog.querySelector(".modal-body :is(input:not([type=hidden]), select, textarea)");
        (wrong || first || dialog.querySelector("footer [type=submit]"))?.focus();
      }
    },
  });

  function restoreFocus() {
    const { element, id } = opener;
    opener = null;
    const again = element?.isConnected && element !== document.body ? element : document.getElementById(id);
    (again || document.querySelector("#composer") || document.getElementById("main")).focus();
  }

  for (const box of document.querySelectorAll(".scroll:has(ol)")) page.toEnd(box);
  scroll?.addEventListener("scroll", () => { if (page.isAtEnd(scroll)) newer.hidden = true; });
  newer?.addEventListener("click", () => { page.toEnd(scroll); newer.hidden = true; });
  page.openDialogs();

  // Escape closes a modal through the workspace, so that the app hears of it where it wants to.
  document.addEventListener("cancel", (event) => {
    const close = event.target.querySelector?.("[data-close], footer [data-dismiss]");
    if (!close) return;
    event.preventDefault();
    close.click();
  }, true);

  document.addEventListener("click", (event) => {
    const dismissed = event.target.closest("[data-dismiss]");
    if (dismissed) (dismissed.closest("dialog") || dismissed.closest(".note")).remove();
    if (dismissed) page.openDialogs();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const link = event.target.closest("a[data-element]");
    if (link) {
      const surface = link.closest("form").elements.surface.value;
      htmx.ajax("POST", "press", { target: "#note", values: { surface, element: link.dataset.element } });
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    setSidebar(false);
  });

  // A form of blocks is sent by its buttons alone.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form.blocks")) event.preventDefault();
  });

  const menu = document.getElementById("menu");
  function setSidebar(isOpen) {
    document.body.classList.toggle("with-places", isOpen);
    menu.setAttribute("aria-expanded", String(isOpen));
  }
  menu.addEventListener("click", () => setSidebar(!document.body.classList.contains("with-places")));
  document.getElementById("main").addEventListener("click", () => setSidebar(false));

  document.body.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.sourceElement.closest?.("form.composer, form.blocks, dialog")) acted = performance.now();
  });
  for (const moved of ["wheel", "touchmove"]) {
    document.addEventListener(moved, () => { acted = -PATIENCE; }, { passive: true });
  }

  let heightBefore = 0;
  document.body.addEventListener("htmx:before:swap", () => { heightBefore = scroll?.scrollHeight || 0; });
  document.body.addEventListener("htmx:after:swap", (event) => {
    const source = event.detail.ctx?.sourceElement;
    if (source?.closest?.("#earlier")) {
      scroll.scrollTop += scroll.scrollHeight - heightBefore;
      (document.querySelector("#earlier button") || scroll).focus({ preventScroll: true });
    }
    page.openDialogs();
    window.tables?.prepare();
  });
  document.body.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    sourceElement.closest?.("dialog.small")?.remove();
    page.openDialogs();
    if (response?.status === 204 && sourceElement.closest?.(".clock")) sourceElement.closest(".clock").open = false;
    if (response?.status === 204) document.getElementById("note").replaceChildren();
  });
  document.body.addEventListener("htmx:error", () => {
    const note = document.getElementById("offline");
    note.textContent = "The workspace does not answer. Is it still running?";
    note.hidden = false;
  });
})();

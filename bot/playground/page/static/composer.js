// The composer: Enter sends, and commands, people and channels are completed as they are typed.
(() => {
  for (const form of document.querySelectorAll("form.composer")) {
    const text = form.querySelector("textarea");
    if (text) prepare(form, text);
  }

  function prepare(form, text) {
    const list = form.querySelector("[role=listbox]");
    const hint = form.querySelector(".usage-hint");
    const options = [...list.children];
    let shown = [];
    let at = 0;

    text.addEventListener("input", () => { grow(); suggest(); });
    text.addEventListener("keydown", onKey);
    text.addEventListener("blur", () => setTimeout(hide, 150));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) accept(option);
    });
    form.addEventListener("htmx:after:request", (event) => {
      if (event.detail.ctx.response?.status !== 204) return;
      text.value = "";
      grow();
      suggest();
      text.focus();
    });
    if (!form.closest("aside")) { if (matchMedia("(min-width: 721px)").matches) text.focus(); }

    function grow() {
      text.style.height = "auto";
      text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
    }

    // The word before the caret; commands stand at the very beginning.
    function word() {
      const before = text.value.slice(0, text.selectionStart);
      const found = before.match(/(?:^|\s)([@#][\w.-]*)$/) || before.match(/^(\/\S*)$/);
      return found ? found[1] : "";
    }

    function suggest() {
      const typed = word().toLowerCase();
      shown = typed ? options.filter((each) => fits(each.dataset.insert.toLowerCase(), typed)).slice(0, 8) : [];
      for (const each of options) each.hidden = !shown.includes(each);
      list.hidden = !shown.length;
      at = 0;
      mark();
      showHint();
    }

    function fits(name, typed) {
      return name.startsWith(typed) && !(name === typed && name.startsWith("/"));
    }

    function showHint() {
      const name = text.value.split(" ", 1)[0];
      const known = options.find((each) => each.dataset.hint && each.dataset.insert === name);
      hint.hidden = !known;
      hint.textContent = known ? `${name} ${known.dataset.hint}` : "";
    }

    function mark() {
      shown.forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
      if (shown[at]) {
        text.setAttribute("aria-activedescendant", shown[at].id);
        shown[at].scrollIntoView({ block: "nearest" });
      } else text.removeAttribute("aria-activedescendant");
    }

    function hide() {
      shown = [];
      list.hidden = true;
      mark();
    }

    function accept(option) {
      const typed = word();
      const end = text.selectionStart;
      const inserted = `${option.dataset.insert} `;
      text.setRangeText(inserted, end - typed.length, end, "end");
      hide();
      showHint();
      text.focus();
    }

    function onKey(event) {
      if (event.isComposing) return;
      if (shown.length) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) { at = (at + step + shown.length) % shown.length; mark(); event.preventDefault(); return; }
        if (event.key === "Tab" || event.key === "Enter") { accept(shown[at]); event.preventDefault(); return; }
        if (event.key === "Escape") { hide(); event.preventDefault(); event.stopPropagation(); return; }
      }
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        if (text.value.trim()) form.requestSubmit();
      }
    }
  }
})();

// What changes in the workspace is pushed here, and put where it belongs.
(() => {
  const offline = document.getElementById("offline");
  let seen = document.body.dataset.seen;
  let source = null;

  function open() {
    source = new EventSource(`${document.body.dataset.stream}&seen=${seen}`);
    source.onopen = () => { offline.hidden = true; };
    source.onmessage = (event) => {
      seen = event.lastEventId || seen;
      apply(JSON.parse(event.data));
    };
    source.onerror = () => {
      const isOver = source.readyState === EventSource.CLOSED;
      offline.textContent = isOver
        ? "This page is from an earlier start. Reload it."
        : "The workspace does not answer. Trying again…";
      offline.hidden = false;
    };
  }

  // A browser keeps few connections to one place, so a tab that nobody sees gives its own back.
  document.addEventListener("visibilitychange", () => {
    source?.close();
    if (!document.hidden) open();
  });
  addEventListener("pagehide", () => source?.close());
  open();

  function apply(changes) {
    const boxes = [...document.querySelectorAll(".scroll:has(ol)")];
    const atEnd = new Map(boxes.map((box) => [box, page.isAtEnd(box)]));
    const said = [];
    for (const change of changes) {
      ({ put, drop, only, fill })[change.do](change);
      if (change.say) said.push(change.say);
    }
    const isExpecting = page.isExpecting();
    const first = changes.find((each) => each.do === "put" && (each.say || isExpecting) && each.list !== "exchanges");
    // Of several messages at once the newest is what counts, not where the first of them begins.
    const isAlone = changes.filter((each) => each.do === "put" && each.list === "messages").length < 2;
    const begin = first && (isExpecting || isAlone) ? find(first.list, first.key) : null;
    for (const box of boxes) {
      if (atEnd.get(box) || (isExpecting && begin && box.contains(begin))) page.toEnd(box, begin);
    }
    const isBelow = changes.some((each) => each.say && each.list === "messages");
    const scroll = document.getElementById("scroll");
    if (isBelow && !atEnd.get(scroll) && !isExpecting) document.getElementById("newer").hidden = false;
    if (said.length) announce(said);
    page.openDialogs();
    window.tables?.prepare();
  }

  function announce(said) {
    const few = said.slice(-3).join(". ");
    document.getElementById("say").textContent = said.length > 3 ? `${said.length} new messages. ${few}` : few;
  }

  function items(name) {
    return [...document.getElementById(name).children].filter((each) => each.dataset.key);
  }

  function find(name, key) {
    return document.getElementById(name).querySelector(`:scope > [data-key="${CSS.escape(key)}"]`);
  }

  function put({ list, key, html }) {
    const box = document.getElementById(list);
    const old = find(list, key);
    const fresh = element(html);
    if (old) {
      if (old.dataset.mark === fresh.dataset.mark) return;
      const hadFocus = old.contains(document.activeElement);
      keepFocus(() => old.replaceWith(fresh));
      if (hadFocus && !fresh.contains(document.activeElement)) {
        fresh.tabIndex = -1;
        fresh.focus({ preventScroll: true });
      }
    } else {
      const known = items(list);
      const isEarlier = known.length && key < known[0].dataset.key;
      if (isEarlier && document.getElementById("earlier") && list === "messages") return;
      box.insertBefore(fresh, known.find((each) => each.dataset.key > key) || null);
    }
    htmx.process(fresh);
  }

  function drop({ list, key }) {
    const old = find(list, key);
    if (old?.contains(document.activeElement)) old.closest(".scroll").focus({ preventScroll: true });
    old?.remove();
  }

  // Everything from the first of these on; what was loaded before it stays.
  function only({ list, keys }) {
    const kept = new Set(keys);
    for (const each of items(list)) {
      const isOlder = keys.length && each.dataset.key < keys[0];
      if (!isOlder && !kept.has(each.dataset.key)) each.remove();
    }
  }

  function fill({ id, html }) {
    const box = document.getElementById(id);
    const typed = box.querySelector("dialog") ? fields(box) : null;
    keepFocus(() => {
      const template = document.createElement("template");
      template.innerHTML = html;
      box.replaceChildren(template.content);
    });
    if (typed && box.querySelector("dialog")?.dataset.view === typed.view) refill(box, typed);
    htmx.process(box);
  }

  // An app that changes a modal does not take away what is being typed into it.
  function fields(box) {
    const values = new Map();
    for (const each of box.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea")) {
      if (each.value !== each.defaultValue) values.set(each.id, each.value);
    }
    return { view: box.querySelector("dialog").dataset.view, values };
  }

  function refill(box, typed) {
    for (const [id, value] of typed.values) {
      const each = document.getElementById(id);
      if (each && box.contains(each)) each.value = value;
    }
  }

  function keepFocus(change) {
    const focused = document.activeElement;
    const { id, selectionStart, selectionEnd } = focused || {};
    change();
    if (!id || document.activeElement === focused) return;
    const again = document.getElementById(id);
    if (!again) return;
    page.openDialogs();
    again.focus({ preventScroll: true });
    if (selectionStart != null && again.setSelectionRange) again.setSelectionRange(selectionStart, selectionEnd);
  }

  function element(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.firstElementChild;
  }
})();

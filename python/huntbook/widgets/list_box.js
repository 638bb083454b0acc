/**
 * A list of which items are selected, with a box that filters it.
 *
 * Only the rows in sight are in the page. An item is its position among the
 * labels, so that equal labels stay apart.
 */
import { element, uniqueId } from "./dom.js";
import { grouped, matching } from "./item_labels.js";

/**
 * @typedef {object} ListOptions
 * @property {import("./item_labels.js").ItemLabels} labels
 * @property {string} name how a screen reader calls the list
 * @property {boolean} multiple whether several items can be selected
 * @property {ListPlace} place what is kept when the output is drawn anew
 * @property {(byKey: boolean) => void} onSelect the person has changed the selection
 * @property {() => void} onConfirm Enter or a double click
 */

/**
 * @typedef {object} ListPlace
 * @property {string} query
 * @property {number} top scrolled by so many pixels
 */

/**
 * @typedef {object} ListBox
 * @property {HTMLElement} node
 * @property {HTMLElement} list
 * @property {HTMLElement} filter
 * @property {(indices: number[], reveal?: boolean) => void} select
 * @property {() => number[]} selected in the order of the labels
 * @property {(indices: number[] | null) => void} offer list these items only; null is all
 * @property {() => number[]} shown what the filter shows
 * @property {() => void} close
 */

/** @returns {ListPlace} */
export function freshPlace() {
  return { query: "", top: 0 };
}

const ROW_PIXELS = 24;
const SPARE_ROWS = 6;

/**
 * @param {ListOptions} options
 * @returns {ListBox}
 */
export function listBox({ labels, name, multiple, place, onSelect, onConfirm }) {
  const node = element("div", "huntbook-list");
  const filter = element("div", "huntbook-list-filter");
  const input = element("input");
  input.type = "text";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.placeholder = "Filter";
  input.value = place.query;
  input.setAttribute("aria-label", `Filter: ${name}`);
  const count = element("span", "huntbook-muted");
  count.setAttribute("role", "status");
  filter.append(input, count);
  const list = element("div", "huntbook-list-rows");
  list.id = uniqueId("list");
  list.tabIndex = 0;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", name);
  if (multiple) list.setAttribute("aria-multiselectable", "true");
  input.setAttribute("aria-controls", list.id);
  const space = element("div", "huntbook-list-space");
  space.setAttribute("role", "presentation");
  list.append(space);
  node.append(filter, list);

  /** @type {number[] | null} */
  let offered = null;
  /** @type {number[]} */
  let shown = [];
  /** @type {Set<number>} */
  let selected = new Set();
  let active = -1;
  let anchor = -1;
  let loaded = -1;
  let revealed = true;
  /** @type {Map<number, HTMLElement>} */
  let rows = new Map();

  /**
   * @param {number} index
   * @returns {number} the row of an item, -1 if the filter hides it
   */
  function rowOf(index) {
    let low = 0;
    let high = shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {number} */ (shown[middle]) < index) low = middle + 1;
      else high = middle;
    }
    return shown[low] === index ? low : -1;
  }

  /** @param {boolean} [narrower] whether only items in sight can be left */
  function refilter(narrower = false) {
    loaded = labels.all.length;
    const there = offered ? offered.filter((index) => index < loaded) : Array.from(labels.all.keys());
    shown = matching(labels.folded, input.value, narrower ? shown : there);
    const total = offered ? offered.length : labels.total();
    const rest = labels.total() - loaded;
    const late = labels.late() ? "comes when the kernel is idle" : "is on its way";
    const missing = rest > 0 ? ` · the rest (${grouped(rest)}) ${late}` : "";
    count.textContent = `${grouped(shown.length)} of ${grouped(total)}${missing}`;
    space.style.height = `${shown.length * ROW_PIXELS}px`;
    paint();
  }

  /** @param {number} row */
  function drawn(row) {
    const index = /** @type {number} */ (shown[row]);
    let made = rows.get(index);
    if (!made) {
      made = element("div", "huntbook-row", labels.all[index]);
      made.id = `${list.id}-${index}`;
      made.title = labels.all[index] ?? "";
      made.setAttribute("role", "option");
    }
    made.style.transform = `translateY(${row * ROW_PIXELS}px)`;
    made.setAttribute("aria-selected", String(selected.has(index)));
    made.setAttribute("aria-setsize", String(shown.length));
    made.setAttribute("aria-posinset", String(row + 1));
    made.classList.toggle("huntbook-active", index === active);
    return made;
  }

  function paint() {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW_PIXELS) - SPARE_ROWS);
    const last = Math.ceil((list.scrollTop + list.clientHeight) / ROW_PIXELS) + SPARE_ROWS;
    /** @type {Map<number, HTMLElement>} */
    const next = new Map();
    for (let row = first; row < Math.min(last, shown.length); row += 1) {
      next.set(/** @type {number} */ (shown[row]), drawn(row));
    }
    const at = rowOf(active);
    if (at >= 0 && !next.has(active)) next.set(active, drawn(at));
    rows = next;
    space.replaceChildren(...next.values());
    if (at >= 0) list.setAttribute("aria-activedescendant", `${list.id}-${active}`);
    else list.removeAttribute("aria-activedescendant");
  }

  /** @param {number} row */
  function scrollTo(row) {
    const top = row * ROW_PIXELS;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW_PIXELS > list.scrollTop + list.clientHeight) {
      list.scrollTop = top + ROW_PIXELS - list.clientHeight;
    }
  }

  /** Scroll to the selected item once it is there and the list is in the page. */
  function reveal() {
    const row = rowOf(active);
    if (revealed || row < 0 || list.clientHeight === 0) return;
    revealed = true;
    scrollTo(row);
  }

  /**
   * @param {number} from an item
   * @param {number} row to this row
   * @returns {number[]}
   */
  function stretch(from, row) {
    const start = Math.max(0, rowOf(from));
    return shown.slice(Math.min(start, row), Math.max(start, row) + 1);
  }

  /**
   * Go to a row, by a key or the mouse.
   *
   * @param {number} row
   * @param {{ shiftKey: boolean, ctrlKey: boolean, metaKey: boolean }} event
   * @param {boolean} byKey
   */
  function go(row, event, byKey) {
    const index = shown[row];
    if (index === undefined) return;
    const toggling = event.ctrlKey || event.metaKey;
    active = index;
    if (multiple && event.shiftKey) {
      if (rowOf(anchor) < 0) anchor = index;
      selected = new Set(stretch(anchor, row));
    } else if (multiple && toggling) {
      anchor = index;
      if (!byKey) toggle(index);
    } else {
      anchor = index;
      selected = new Set([index]);
    }
    scrollTo(row);
    paint();
    onSelect(byKey);
  }

  /** @param {number} index */
  function toggle(index) {
    if (!selected.delete(index)) selected.add(index);
  }

  /** @param {MouseEvent} event */
  function rowAt(event) {
    return Math.floor((event.clientY - space.getBoundingClientRect().top) / ROW_PIXELS);
  }

  /** @param {MouseEvent} event a click without a place */
  function rowOfTarget(event) {
    const row = event.target instanceof Element ? event.target.closest("[aria-posinset]") : null;
    return Number(row?.getAttribute("aria-posinset") ?? 0) - 1;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const page = Math.max(1, Math.floor(list.clientHeight / ROW_PIXELS) - 1);
    const at = rowOf(active);
    const targets = new Map([
      ["ArrowDown", at + 1],
      ["ArrowUp", at - 1],
      ["PageDown", at + page],
      ["PageUp", at - page],
      ["Home", 0],
      ["End", shown.length - 1],
    ]);
    const target = targets.get(event.key);
    if (target !== undefined) {
      go(Math.max(0, Math.min(shown.length - 1, target)), event, true);
    } else if (event.key === "Enter") {
      onConfirm();
    } else if (event.key === " ") {
      if (at < 0) return;
      if (multiple) toggle(active);
      else selected = new Set([active]);
      anchor = active;
      paint();
      onSelect(true);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  function onFilterKey(event) {
    if (event.key === "Escape" && input.value !== "") {
      input.value = "";
      onFilter();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      list.focus();
      const first = shown[0];
      if (rowOf(active) < 0 && first !== undefined) go(0, event, true);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function onFilter() {
    const before = place.query;
    place.query = input.value;
    const narrower = loaded === labels.all.length && before.trim() !== "" && input.value.startsWith(before);
    refilter(narrower);
    const row = rowOf(active);
    list.scrollTop = row < 0 ? 0 : Math.max(0, row * ROW_PIXELS - list.clientHeight / 2);
    paint();
  }

  list.addEventListener("scroll", () => {
    place.top = list.scrollTop;
    paint();
  });
  list.addEventListener("keydown", onKey);
  list.addEventListener("click", (event) => {
    // Without a mouse, as screen readers click; a mouse has chosen when it was pressed.
    if (event.detail === 0) go(rowOfTarget(event), event, false);
  });
  list.addEventListener("mousedown", (event) => {
    if (event.shiftKey) event.preventDefault();
    // A list that is half out of sight must not move under the mouse.
    list.focus({ preventScroll: true });
    const onScrollBar = event.clientX - list.getBoundingClientRect().left >= list.clientLeft + list.clientWidth;
    if (event.button !== 0 || onScrollBar) return;
    const row = rowAt(event);
    const again = event.detail === 2 && !event.shiftKey && !event.ctrlKey && !event.metaKey;
    // The rows are drawn anew when one is selected, so that no `dblclick` would come.
    if (again && shown[row] !== undefined && shown[row] === active) onConfirm();
    else go(row, event, false);
  });
  input.addEventListener("input", onFilter);
  input.addEventListener("keydown", onFilterKey);
  const stop = labels.listen(() => {
    refilter();
    reveal();
  });
  let placed = false;
  const sized = new ResizeObserver(() => {
    if (!placed && list.clientHeight > 0) {
      placed = true;
      if (place.top > 0) {
        list.scrollTop = place.top;
        revealed = true;
      }
    }
    reveal();
    paint();
  });
  sized.observe(list);
  refilter();

  return {
    node,
    list,
    filter,
    select(indices, show = false) {
      selected = new Set(indices);
      if (!selected.has(active)) active = indices[0] ?? -1;
      if (!selected.has(anchor)) anchor = active;
      if (show) revealed = false;
      reveal();
      paint();
    },
    selected: () => [...selected].sort((first, second) => first - second),
    offer(indices) {
      offered = indices;
      const among = new Set(indices ?? labels.all.keys());
      selected = new Set([...selected].filter((index) => among.has(index)));
      refilter();
      if (rowOf(active) < 0) active = -1;
      paint();
    },
    shown: () => shown,
    close() {
      sized.disconnect();
      stop();
    },
  };
}

/**
 * Two lists, between which items are moved. The whole selection goes to the
 * kernel as a message: runs of positions, so that "all" of many is short.
 */
import { button, element, onChanges, problemLine, uniqueId, widgetBox, whenLeft } from "./dom.js";
import { grouped, itemLabels } from "./item_labels.js";
import { freshPlace, listBox } from "./list_box.js";

/**
 * @typedef {object} Subset
 * @property {string} description
 * @property {string[]} items the first labels
 * @property {number} total how many there are
 * @property {number[]} chosen start, end, start, end, ... of the runs of selected positions
 * @property {number} stamp number of the latest selection that the kernel has seen
 * @property {boolean} display_filter
 * @property {string} height
 * @property {string} width
 * @property {string} source where the value came from
 * @property {string} problem what is amiss with the widget; empty if nothing
 */

/** @typedef {import("@anywidget/types").AnyModel<Subset>} Model */

/**
 * @typedef {object} Kept
 * @property {import("./list_box.js").ListPlace} left
 * @property {import("./list_box.js").ListPlace} right
 * @property {number} stamp
 */

/** @type {WeakMap<Model, Kept>} */
const keptOf = new WeakMap();

/**
 * @param {number[]} edges
 * @returns {Set<number>}
 */
function fromRuns(edges) {
  /** @type {Set<number>} */
  const positions = new Set();
  for (let at = 0; at + 1 < edges.length; at += 2) {
    for (let index = edges[at] ?? 0; index < (edges[at + 1] ?? 0); index += 1) positions.add(index);
  }
  return positions;
}

/**
 * @param {number[]} positions ascending
 * @returns {number[]}
 */
function asRuns(positions) {
  /** @type {number[]} */
  const edges = [];
  for (const index of positions) {
    if (edges.at(-1) === index) edges[edges.length - 1] = index + 1;
    else edges.push(index, index + 1);
  }
  return edges;
}

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const kept = keptOf.get(model) ?? { left: freshPlace(), right: freshPlace(), stamp: model.get("stamp") };
  keptOf.set(model, kept);
  const labels = itemLabels(model);
  const box = widgetBox("huntbook-subset");
  const label = element("div", "huntbook-label");
  label.id = uniqueId("subset");
  box.setAttribute("aria-labelledby", label.id);
  const lists = element("div", "huntbook-subset-lists");
  const moves = element("div", "huntbook-subset-moves");
  const available = listBox({
    labels,
    name: "Available",
    multiple: true,
    place: kept.left,
    onSelect: enable,
    onConfirm: () => move(available, true),
  });
  const taken = listBox({
    labels,
    name: "Selected",
    multiple: true,
    place: kept.right,
    onSelect: enable,
    onConfirm: () => move(taken, false),
  });
  const add = button("Add", () => move(available, true));
  const addAll = button("Add all", () => move(available, true, available.shown()));
  const remove = button("Remove", () => move(taken, false));
  const removeAll = button("Remove all", () => move(taken, false, taken.shown()));
  addAll.title = "All that the filter shows";
  removeAll.title = "All that the filter shows";
  moves.append(add, addAll, remove, removeAll);
  lists.append(column("Available", available), moves, column("Selected", taken));
  const source = element("div", "huntbook-muted");
  source.setAttribute("role", "status");
  const problem = problemLine();
  box.append(label, lists, source, problem.node);
  el.append(box);

  let chosen = fromRuns(model.get("chosen"));

  function offer() {
    /** @type {number[]} */
    const free = [];
    for (let index = 0; index < model.get("total"); index += 1) if (!chosen.has(index)) free.push(index);
    available.offer(free);
    taken.offer([...chosen].sort((first, second) => first - second));
    enable();
  }

  function enable() {
    add.disabled = available.selected().length === 0;
    addAll.disabled = available.shown().length === 0;
    remove.disabled = taken.selected().length === 0;
    removeAll.disabled = taken.shown().length === 0;
  }

  /**
   * @param {import("./list_box.js").ListBox} from
   * @param {boolean} into whether items become selected
   * @param {number[]} [indices] those selected in the list if not given
   */
  function move(from, into, indices = from.selected()) {
    if (indices.length === 0) return;
    const focused = box.ownerDocument.activeElement;
    const after = from.shown().find((index) => index > (indices.at(-1) ?? 0));
    for (const index of indices) {
      if (into) chosen.add(index);
      else chosen.delete(index);
    }
    kept.stamp += 1;
    const runs = asRuns([...chosen].sort((first, second) => first - second));
    model.send({ event: "choose", chosen: runs, stamp: kept.stamp });
    offer();
    const left = from.shown();
    const next = after !== undefined && left.includes(after) ? after : left.at(-1);
    from.select(next === undefined ? [] : [next], true);
    enable();
    if (focused instanceof HTMLButtonElement && focused.disabled) from.list.focus();
    paint();
  }

  function paint() {
    if (kept.stamp === model.get("stamp") && asRuns([...chosen].sort((a, b) => a - b)).join() !== model.get("chosen").join()) {
      chosen = fromRuns(model.get("chosen"));
      offer();
    }
    box.style.width = model.get("width");
    label.textContent = model.get("description");
    for (const list of [available, taken]) {
      list.filter.hidden = !model.get("display_filter");
      list.list.style.height = model.get("height");
    }
    const count = `${grouped(chosen.size)} of ${grouped(model.get("total"))} selected`;
    source.textContent = `${count} · ${model.get("source")}`;
    problem.show(model.get("problem"));
  }

  const names = ["description", "chosen", "stamp", "display_filter", "height", "width", "source", "problem"];
  const stop = onChanges(model, names, paint);
  const stopLabels = labels.listen(enable);
  box.addEventListener("input", enable);
  whenLeft(box, () => model.send({ event: "left" }));
  offer();
  paint();

  return () => {
    available.close();
    taken.close();
    stopLabels();
    stop();
  };
}

/**
 * @param {string} title
 * @param {import("./list_box.js").ListBox} list
 * @returns {HTMLElement}
 */
function column(title, list) {
  const made = element("div", "huntbook-subset-column");
  made.append(element("div", "huntbook-muted", title), list.node);
  return made;
}

export default { render };

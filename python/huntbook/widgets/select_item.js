/**
 * A list of which one item is selected. The selection goes to the kernel as a
 * message; while a cell waits it is provisional, and Enter, a double click or
 * OK confirms it.
 */
import { button, element, onChanges, problemLine, uniqueId, widgetBox, whenLeft } from "./dom.js";
import { countdown, QUESTION_NAMES } from "./countdown.js";
import { itemLabels } from "./item_labels.js";
import { freshPlace, listBox } from "./list_box.js";

/**
 * @typedef {object} Item
 * @property {string} description
 * @property {string[]} items the first labels
 * @property {number} total how many there are
 * @property {number} selected position of the selected item; -1 if there is none
 * @property {number} stamp number of the latest selection that the kernel has seen
 * @property {string} label label of the item that is the value
 * @property {boolean} display_filter
 * @property {string} height
 * @property {string} width
 * @property {boolean} has_action whether there are details to be shown or not
 * @property {boolean} details whether they are shown
 * @property {string} source where the value came from
 * @property {string} problem what is amiss with the widget; empty if nothing
 * @property {string} empty what is shown if there are no items
 */

/** @typedef {import("@anywidget/types").AnyModel<Item & import("./countdown.js").QuestionState>} Model */

const PAUSE_MILLISECONDS = 150;

/** @type {WeakMap<Model, { place: import("./list_box.js").ListPlace, stamp: number }>} */
const keptOf = new WeakMap();

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const kept = keptOf.get(model) ?? { place: freshPlace(), stamp: model.get("stamp") };
  keptOf.set(model, kept);
  const box = widgetBox("huntbook-select");
  const label = element("div", "huntbook-label", model.get("description"));
  label.id = uniqueId("select");
  box.setAttribute("aria-labelledby", label.id);
  const items = listBox({
    labels: itemLabels(model),
    name: model.get("description"),
    multiple: false,
    place: kept.place,
    onSelect: selectSoon,
    onConfirm: confirm,
  });
  const empty = element("div", "huntbook-muted", model.get("empty"));
  const below = element("div", "huntbook-select-below");
  const clock = countdown(model);
  const accept = button("OK", confirm);
  const details = element("label", "huntbook-check");
  const checkbox = element("input");
  checkbox.type = "checkbox";
  details.append(checkbox, "Display details");
  const source = element("div", "huntbook-muted");
  source.setAttribute("role", "status");
  below.append(accept, details, source);
  const problem = problemLine();
  box.append(label, items.node, empty, below, clock.node, problem.node);
  el.append(box);

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  let pending = false;

  /** @param {boolean} byKey a key that is held down selects many items on its way */
  function selectSoon(byKey) {
    clearTimeout(pause);
    pending = true;
    if (byKey) pause = setTimeout(send, PAUSE_MILLISECONDS);
    else send();
  }

  function send() {
    clearTimeout(pause);
    const [index] = items.selected();
    if (!pending || index === undefined) return;
    pending = false;
    kept.stamp += 1;
    model.send({ event: "select", index, stamp: kept.stamp, question: model.get("question") });
  }

  function confirm() {
    if (!model.get("waiting")) {
      send();
      return;
    }
    clearTimeout(pause);
    pending = false;
    const [index] = items.selected();
    if (index !== undefined && clock.answer({ event: "answer", index })) paint();
  }

  function paint() {
    const none = model.get("total") === 0;
    const waiting = model.get("waiting");
    box.dataset.waiting = String(waiting);
    box.style.width = model.get("width");
    label.textContent = model.get("description");
    items.node.hidden = none;
    empty.hidden = !none;
    items.filter.hidden = !model.get("display_filter");
    items.list.style.height = model.get("height");
    accept.hidden = !waiting;
    accept.disabled = !clock.waits();
    details.hidden = !model.get("has_action") || none;
    checkbox.checked = model.get("details");
    const text = none ? "" : `Selected: ${model.get("label")} · ${model.get("source")}`;
    if (source.textContent !== text) source.textContent = text;
    source.hidden = none || waiting;
    problem.show(model.get("problem"));
    const position = model.get("selected");
    const known = !pending && model.get("stamp") === kept.stamp;
    if (known && position >= 0 && items.selected()[0] !== position) items.select([position], true);
    clock.paint();
  }

  const names = ["description", "selected", "stamp", "label", "display_filter", "height", "width", "has_action"];
  const stop = onChanges(model, [...names, "details", "source", "problem", ...QUESTION_NAMES], paint);
  checkbox.addEventListener("change", () => model.send({ event: "details", on: checkbox.checked }));
  whenLeft(box, () => {
    send();
    model.send({ event: "left" });
  });
  paint();
  clock.shown(box);

  return () => {
    send();
    clock.close();
    items.close();
    stop();
  };
}

export default { render };

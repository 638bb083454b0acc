/**
 * A bar that shows how far a loop has come.
 */
import { element, onChanges, uniqueId } from "./dom.js";

/**
 * @typedef {object} State
 * @property {string} description
 * @property {number} done
 * @property {number} total
 * @property {string} text how far it is, in words
 * @property {boolean} visible
 */

/** @typedef {import("@anywidget/types").AnyModel<State>} Model */

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const box = element("div", "huntbook huntbook-progress");
  const label = element("span");
  label.id = uniqueId("progress");
  const track = element("div", "huntbook-track");
  const bar = element("div", "huntbook-bar");
  const text = element("span", "huntbook-muted");
  track.setAttribute("role", "progressbar");
  track.setAttribute("aria-labelledby", label.id);
  track.append(bar);
  box.append(label, track, text);
  el.append(box);

  function paint() {
    const done = model.get("done");
    const total = model.get("total");
    box.hidden = !model.get("visible");
    label.textContent = model.get("description") || "Progress";
    text.textContent = model.get("text");
    bar.style.transform = `scaleX(${total > 0 ? Math.min(1, done / total) : 1})`;
    track.setAttribute("aria-valuemin", "0");
    track.setAttribute("aria-valuemax", String(total));
    track.setAttribute("aria-valuenow", String(Math.min(done, total)));
    track.setAttribute("aria-valuetext", model.get("text"));
  }

  const stop = onChanges(model, ["description", "done", "total", "text", "visible"], paint);
  paint();
  return stop;
}

export default { render };

/**
 * How far to look back: a slider and a box for one number. Either tells the
 * kernel, which says what the period is.
 */
import { element, labelFor, onChanges, problemLine, uniqueId, widgetBox, whenLeft } from "./dom.js";
import { kernelLine, localText, utcText, zoneName } from "./times.js";

/**
 * @typedef {object} Looking times are milliseconds since 1970
 * @property {string} description
 * @property {number} value
 * @property {number} least
 * @property {number} most
 * @property {string} unit
 * @property {number} start
 * @property {number} end
 * @property {string} source
 * @property {string} wrong why the last number was not taken; empty if it was
 * @property {string} problem what is amiss with the widget; empty if nothing
 * @property {string} seen token of the last message that the kernel got
 */

/** @typedef {import("@anywidget/types").AnyModel<Looking>} Model */

const NAMES = /** @type {const} */ ([
  "description", "value", "least", "most", "unit", "start", "end", "source", "wrong", "problem", "seen",
]);

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const box = widgetBox("huntbook-lookback");
  const slider = element("input");
  slider.type = "range";
  const label = labelFor("", slider);
  const number = element("input");
  number.type = "number";
  const unit = element("span");
  unit.id = uniqueId("unit");
  number.setAttribute("aria-labelledby", unit.id);
  const wrong = problemLine();
  wrong.node.id = uniqueId("wrong");
  number.setAttribute("aria-describedby", wrong.node.id);
  const period = element("div", "huntbook-muted");
  period.setAttribute("role", "status");
  const local = element("div", "huntbook-muted");
  const kernel = kernelLine(model);
  const problem = problemLine();
  const row = element("div", "huntbook-lookback-row");
  row.append(slider, number, unit);
  box.append(label, row, wrong.node, period, local, kernel.node, problem.node);
  el.append(box);

  /** What was typed or moved to, until the kernel has taken it; the box keeps its text. @type {string | undefined} */
  let own;

  /** @param {"typed" | "moved"} event */
  function send(event) {
    if (own === undefined || own.trim() === "") {
      own = undefined;
      return paint();
    }
    kernel.send({ event, value: own });
  }

  function paint() {
    kernel.paint();
    if (!kernel.waits() && own !== undefined && Number(own) === model.get("value")) own = undefined;
    label.textContent = model.get("description");
    for (const field of [slider, number]) {
      field.min = String(model.get("least"));
      field.max = String(model.get("most"));
      field.step = field === slider && Number.isInteger(model.get("least")) ? "1" : "any";
      const text = own ?? String(model.get("value"));
      if (field.value !== text && !(field === number && own !== undefined)) field.value = text;
    }
    unit.textContent = `${model.get("unit").toLowerCase()}s`;
    slider.setAttribute("aria-valuetext", `${slider.value} ${unit.textContent}`);
    wrong.show(own === undefined || kernel.waits() ? "" : model.get("wrong"));
    number.setAttribute("aria-invalid", String(!wrong.node.hidden));
    const [start, end] = [model.get("start"), model.get("end")];
    const source = model.get("source");
    period.textContent = `${utcText(start)} to ${utcText(end)} UTC${source ? ` (${source})` : ""}`;
    const told = `${localText(start)} to ${localText(end)} ${zoneName()}`;
    local.textContent = localText(end) === utcText(end) ? `${zoneName()}: the same` : told;
    problem.show(model.get("problem"));
  }

  slider.addEventListener("input", () => {
    own = slider.value;
    number.value = own;
    slider.setAttribute("aria-valuetext", `${own} ${unit.textContent}`);
  });
  slider.addEventListener("change", () => send("moved"));
  number.addEventListener("input", () => {
    own = number.value;
  });
  number.addEventListener("change", () => send("typed"));
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") send("typed");
  });
  const stop = onChanges(model, [...NAMES], paint);
  whenLeft(box, () => model.send({ event: "left" }));
  paint();

  return () => {
    kernel.close();
    stop();
  };
}

export default { render };

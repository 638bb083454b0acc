/**
 * A period of time: two boxes that take any spelling, a slider with two thumbs,
 * and buttons. The kernel reads what is typed. Until it has, the boxes keep
 * their text, and the slider stays where it was put.
 */
import { button, element, labelFor, onChanges, problemLine, uniqueId, widgetBox, whenLeft } from "./dom.js";
import { kernelLine, lengthText, localText, utcText, zoneName } from "./times.js";
import { rangeSlider } from "./range_slider.js";

/**
 * @typedef {object} Period times are milliseconds since 1970
 * @property {string} description
 * @property {number} start
 * @property {number} end
 * @property {number} origin
 * @property {number} low
 * @property {number} high
 * @property {string} unit
 * @property {string} start_text
 * @property {string} end_text
 * @property {string} origin_text
 * @property {Record<string, string>} problems what is amiss with a box's text, by box
 * @property {Record<string, string>} refused the texts that could not be taken over, by box
 * @property {string} problem what is amiss with the widget; empty if nothing
 * @property {string} source
 * @property {string} seen token of the last message that the kernel got
 */

/** @typedef {import("@anywidget/types").AnyModel<Period>} Model */
/** @typedef {"start" | "end" | "origin"} Field */

const UNIT_MILLISECONDS = new Map([["Minute", 6e4], ["Hour", 36e5], ["Day", 864e5], ["Week", 6048e5]]);
const PRESETS = [["hour", "Last hour"], ["day", "Last day"], ["week", "Last week"], ["now", "Origin: now"]];
const NAMES = /** @type {const} */ ([
  "description", "start", "end", "origin", "low", "high", "unit", "start_text", "end_text", "origin_text",
  "problems", "refused", "problem", "source", "seen",
]);

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const box = widgetBox("huntbook-period");
  const title = element("div", "huntbook-label");
  title.id = uniqueId("period");
  box.setAttribute("aria-labelledby", title.id);
  const kernel = kernelLine(model);
  const summary = element("div", "huntbook-period-summary");
  summary.setAttribute("role", "status");
  const problem = problemLine();

  /** Where thumbs were put, until the kernel has heard of it. @type {Partial<Record<"start" | "end", number>>} */
  let moved = {};

  /** @param {"start" | "end"} field */
  const shown = (field) => moved[field] ?? model.get(field);

  const slider = rangeSlider({
    range: () => ({
      start: shown("start"),
      end: shown("end"),
      low: model.get("low"),
      high: model.get("high"),
      origin: model.get("origin"),
      step: UNIT_MILLISECONDS.get(model.get("unit")) ?? 6e4,
    }),
    told(_, value) {
      const distance = value - model.get("origin");
      const where = distance === 0 ? "at" : `${lengthText(Math.abs(distance))} ${distance < 0 ? "before" : "after"}`;
      return `${utcText(value)} UTC, ${where} the origin`;
    },
    onMove(thumb, value) {
      moved[thumb] = value;
      paint();
    },
    onSet(thumb, value) {
      kernel.send({ event: "moved", field: thumb, value });
    },
  });

  /** @param {Field} field @param {string} name */
  function timeBox(field, name) {
    const input = element("input");
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.placeholder = "2026-11-20 08:00, -1d, yesterday";
    const local = element("div", "huntbook-muted");
    local.id = uniqueId("local");
    const wrong = problemLine();
    wrong.node.id = uniqueId("problem");
    input.setAttribute("aria-describedby", `${local.id} ${wrong.node.id}`);
    const node = element("div", "huntbook-period-time");
    node.append(labelFor(name, input), input, local, wrong.node);
    /** What was refused before the view was drawn anew. */
    const refusedText = model.get("refused")[field];
    /** The text is the person's: typed, and not yet taken over. */
    let typed = refusedText !== undefined;
    /** @type {string | undefined} */
    let sent = refusedText;
    input.value = refusedText ?? "";

    function send() {
      if (input.value.trim() === "") typed = false;
      if (!typed || input.value === sent) return paintBox();
      sent = input.value;
      kernel.send({ event: "typed", field, value: input.value });
    }

    function paintBox() {
      const refused = model.get("problems")[field] ?? "";
      if (!kernel.waits() && typed && input.value === sent && !refused) typed = false;
      wrong.show(typed && input.value !== sent ? "" : refused);
      input.setAttribute("aria-invalid", String(!wrong.node.hidden));
      const text = field !== "origin" && moved[field] !== undefined ? utcText(moved[field]) : model.get(`${field}_text`);
      if (!typed && input.value !== text) input.value = text;
      const when = field === "origin" ? model.get("origin") : shown(field);
      local.textContent = localText(when) === utcText(when) ? `${zoneName()}: the same` : `${localText(when)} ${zoneName()}`;
    }

    input.addEventListener("input", () => {
      typed = true;
      sent = undefined;
      paintBox();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") send();
      if (event.key !== "Escape" || !typed) return;
      typed = false;
      paintBox();
    });
    input.addEventListener("change", send);
    input.addEventListener("blur", send);
    return { node, paint: paintBox, send };
  }

  const boxes = { start: timeBox("start", "Start (UTC)"), end: timeBox("end", "End (UTC)"), origin: timeBox("origin", "Origin (UTC)") };

  const units = element("select");
  units.append(
    ...Array.from(UNIT_MILLISECONDS.keys(), (name) => {
      const option = element("option", "", name.toLowerCase());
      option.value = name;
      return option;
    }),
  );
  units.addEventListener("change", () => kernel.send({ event: "unit", value: units.value }));
  const unitBox = element("div", "huntbook-period-time");
  unitBox.append(labelFor("Step", units));
  unitBox.append(units);

  const presets = element("div", "huntbook-options");
  presets.append(
    ...PRESETS.map(([value = "", text = ""]) =>
      button(text, () => {
        moved = {};
        kernel.send({ event: "preset", value });
      }),
    ),
  );
  const times = element("div", "huntbook-period-times");
  times.append(boxes.start.node, boxes.end.node, boxes.origin.node, unitBox);
  box.append(title, times, slider.node, summary, presets, kernel.node, problem.node);
  el.append(box);

  function paint() {
    kernel.paint();
    if (!kernel.waits() && !slider.held()) moved = {};
    title.textContent = model.get("description");
    Object.values(boxes).forEach((made) => made.paint());
    if (!kernel.waits()) units.value = model.get("unit");
    slider.paint();
    const source = model.get("source");
    summary.textContent = `${lengthText(shown("end") - shown("start"))}${source ? ` (${source})` : ""}`;
    problem.show(model.get("problem"));
  }

  const stop = onChanges(model, [...NAMES], paint);
  whenLeft(box, () => model.send({ event: "left" }));
  paint();

  return () => {
    Object.values(boxes).forEach((made) => made.send());
    kernel.close();
    stop();
  };
}

export default { render };

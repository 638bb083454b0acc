/**
 * A box for one line of text. What is typed goes to the kernel as a message;
 * while the box has the focus its text belongs to the person, and what the
 * kernel has is shown once it is left. While a cell waits, only the confirmed
 * text counts. A secret goes to the kernel and never comes back.
 */
import { button, element, labelFor, onChanges, problemLine, widgetBox, whenLeft } from "./dom.js";
import { countdown, QUESTION_NAMES } from "./countdown.js";

/**
 * @typedef {object} Text
 * @property {string} description
 * @property {string} value
 * @property {boolean} secret
 * @property {boolean} filled whether there is a text, which for a secret is all that is said
 * @property {string} source where the value came from; empty if there is none
 * @property {string} problem what is amiss with the widget; empty if nothing
 * @property {string} width
 * @property {string} description_width
 * @property {string} help what the text is for; empty if nothing is said
 * @property {string} variable environment variable in which the text can be saved; empty if none
 */

/** @typedef {import("@anywidget/types").AnyModel<Text & import("./countdown.js").QuestionState>} Model */

const PAUSE_MILLISECONDS = 300;

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const box = widgetBox("huntbook-text");
  const input = element("input");
  input.autocomplete = "off";
  input.spellcheck = false;
  const label = labelFor("", input);
  const source = element("span", "huntbook-muted");
  source.setAttribute("role", "status");
  source.id = `${input.id}-source`;
  input.setAttribute("aria-describedby", source.id);
  const problem = problemLine();
  const clock = countdown(model);
  const confirm = button("OK", () => (clock.waits() ? answer() : send()));
  const help = element("div", "huntbook-muted huntbook-line");
  const save = element("input");
  save.type = "checkbox";
  save.checked = true;
  const saveLine = element("div", "huntbook-line");
  const saveLabel = labelFor("", save);
  saveLine.append(save, " ", saveLabel);
  box.append(label, input, confirm, source, saveLine, help, clock.node, problem.node);
  el.append(box);

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  let pending = false;

  function answer() {
    const untouched = model.get("secret") && !pending;
    pending = false;
    clock.answer(untouched ? { event: "keep" } : { event: "answer", value: input.value, save: save.checked });
    paint();
  }

  function send() {
    clearTimeout(pause);
    if (!pending || model.get("waiting")) return;
    pending = false;
    model.send({ event: "typed", value: input.value, save: save.checked });
    if (model.get("secret")) input.value = "";
  }

  function onInput() {
    pending = true;
    clearTimeout(pause);
    // A secret is taken when it is whole: at Enter, or when the box is left.
    if (!model.get("secret")) pause = setTimeout(send, PAUSE_MILLISECONDS);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== "Enter") return;
    if (clock.waits()) answer();
    else send();
  }

  function paint() {
    const secret = model.get("secret");
    label.textContent = model.get("description");
    label.style.minWidth = model.get("description_width");
    input.type = secret ? "password" : "text";
    input.style.width = model.get("width");
    input.placeholder = secret && model.get("filled") ? "is set; type to replace it" : "";
    input.disabled = model.get("waiting") && !clock.waits();
    confirm.textContent = model.get("waiting") ? "OK" : "Set";
    confirm.hidden = !model.get("waiting") && !secret;
    confirm.disabled = input.disabled;
    saveLabel.textContent = `Save as environment variable ${model.get("variable")}`;
    saveLine.hidden = model.get("variable") === "";
    help.textContent = model.get("help");
    help.hidden = help.textContent === "";
    source.textContent = model.get("source");
    problem.show(model.get("problem"));
    const focused = input.ownerDocument.activeElement === input;
    if (!secret && !focused && !pending && input.value !== model.get("value")) input.value = model.get("value");
    clock.paint();
  }

  const names = [
    "description", "value", "secret", "filled", "source", "problem", "width", "description_width", "help", "variable",
  ];
  const stop = onChanges(model, [...names, ...QUESTION_NAMES], paint);
  input.addEventListener("input", onInput);
  input.addEventListener("keydown", onKey);
  whenLeft(box, () => {
    send();
    model.send({ event: "left" });
  });
  paint();
  clock.shown(box);

  return () => {
    send();
    clock.close();
    stop();
  };
}

export default { render };

/**
 * A box for one line of text. What is typed goes to the kernel as a message;
 * while the box has the focus its text belongs to the person, and what the
 * kernel has is shown once it is left.
 */

/**
 * @typedef {object} State
 * @property {string} description
 * @property {string} value
 * @property {string} source where the value came from; empty if there is none
 * @property {string} problem what is amiss with the widget; empty if nothing
 * @property {string} width
 * @property {string} description_width
 */

/** @typedef {import("@anywidget/types").AnyModel<State>} Model */

const PAUSE_MILLISECONDS = 300;

/**
 * @param {{ model: Model, el: HTMLElement }} context
 * @returns {() => void}
 */
function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "huntbook huntbook-text";
  const label = document.createElement("label");
  const input = document.createElement("input");
  const source = document.createElement("span");
  const problem = document.createElement("div");
  input.type = "text";
  input.id = `huntbook-text-${Math.random().toString(36).slice(2)}`;
  input.autocomplete = "off";
  input.spellcheck = false;
  input.dataset.lmSuppressShortcuts = "true";
  label.htmlFor = input.id;
  source.className = "huntbook-muted";
  source.id = `${input.id}-source`;
  source.setAttribute("role", "status");
  problem.className = "huntbook-problem";
  problem.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", source.id);
  box.append(label, input, source, problem);
  el.append(box);

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  let pending = false;

  function send() {
    clearTimeout(pause);
    if (!pending) return;
    pending = false;
    model.send({ event: "typed", value: input.value });
  }

  function onInput() {
    pending = true;
    clearTimeout(pause);
    pause = setTimeout(send, PAUSE_MILLISECONDS);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key === "Enter") send();
  }

  function onBlur() {
    send();
    model.send({ event: "left" });
  }

  function paint() {
    label.textContent = model.get("description");
    label.style.minWidth = model.get("description_width");
    input.style.width = model.get("width");
    source.textContent = model.get("source");
    problem.textContent = model.get("problem");
    problem.hidden = model.get("problem") === "";
    const focused = input.ownerDocument.activeElement === input;
    if (!focused && !pending && input.value !== model.get("value")) input.value = model.get("value");
  }

  const names = /** @type {(keyof State)[]} */ ([
    "description", "value", "source", "problem", "width", "description_width",
  ]);
  names.forEach((name) => model.on(`change:${name}`, paint));
  input.addEventListener("input", onInput);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", onBlur);
  paint();

  return () => {
    send();
    names.forEach((name) => model.off(`change:${name}`, paint));
    input.removeEventListener("input", onInput);
    input.removeEventListener("keydown", onKey);
    input.removeEventListener("blur", onBlur);
  };
}

export default { render };

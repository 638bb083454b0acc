/**
 * What all widgets do with the page: elements, keys and focus.
 */

/**
 * Make an element with text in it. Data becomes text here and never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/**
 * @param {string} text
 * @param {() => void} onClick
 * @returns {HTMLButtonElement}
 */
export function button(text, onClick) {
  const made = element("button", "huntbook-button", text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/**
 * A label and its field, tied to each other.
 *
 * @param {string} text
 * @param {HTMLElement} field
 * @returns {HTMLLabelElement}
 */
export function labelFor(text, field) {
  const label = element("label", "", text);
  field.id ||= uniqueId("field");
  label.htmlFor = field.id;
  return label;
}

/**
 * @param {string} prefix
 * @returns {string}
 */
export function uniqueId(prefix) {
  return `huntbook-${prefix}-${Math.random().toString(36).slice(2)}`;
}

/**
 * Make a widget's outer box. Keys pressed in it are for the widget, and not for the notebook's
 * one-letter shortcuts; with Ctrl or Cmd held they are the notebook's again, so that it can be saved.
 *
 * @param {string} className
 * @returns {HTMLDivElement}
 */
export function widgetBox(className) {
  const box = element("div", `huntbook ${className}`);
  box.setAttribute("role", "group");
  // A shortcut may be bound to whatever has the focus, which is looked at before the box around it.
  let focused = /** @type {HTMLElement} */ (box);
  const ours = () => [box, focused].forEach((node) => (node.dataset.lmSuppressShortcuts = "true"));
  ours();
  box.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLElement) focused = event.target;
    ours();
    holdHeight(box, false);
  });
  setTimeout(() => holdHeight(box, false), DRAWN_MILLISECONDS);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Control" && event.key !== "Meta") return;
    [box, focused].forEach((node) => delete node.dataset.lmSuppressShortcuts);
  });
  box.addEventListener("keyup", (event) => {
    if (event.key === "Control" || event.key === "Meta") ours();
  });
  box.addEventListener("focusout", ours);
  return box;
}

/** After this time a view is drawn. */
const DRAWN_MILLISECONDS = 500;

/**
 * Keep the room of a widget's output while it is drawn anew, or give it up. Without it what stands below
 * would jump away under a click which is just being made.
 *
 * @param {HTMLElement} box
 * @param {boolean} held
 */
export function holdHeight(box, held) {
  const output = box.closest(".jp-OutputArea-child");
  if (output instanceof HTMLElement) output.style.minHeight = held ? `${output.offsetHeight}px` : "";
}

/**
 * Call when the focus leaves a box, and not when it moves inside of it.
 *
 * @param {HTMLElement} box
 * @param {() => void} onLeave
 */
export function whenLeft(box, onLeave) {
  box.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (next instanceof Node && box.contains(next)) return;
    holdHeight(box, true);
    onLeave();
  });
}

/**
 * Call `paint` for each change of the named attributes; return how to stop.
 *
 * @param {{ on: (name: any, callback: () => void) => void, off: (name: any, callback: () => void) => void }} model
 * @param {string[]} names
 * @param {() => void} paint
 * @returns {() => void}
 */
export function onChanges(model, names, paint) {
  names.forEach((name) => model.on(`change:${name}`, paint));
  return () => names.forEach((name) => model.off(`change:${name}`, paint));
}

/**
 * A line that says what is amiss; it is read out when it appears.
 *
 * @returns {{ node: HTMLElement, show: (text: string) => void }}
 */
export function problemLine() {
  const node = element("div", "huntbook-problem");
  node.setAttribute("role", "alert");
  node.hidden = true;
  return {
    node,
    show(text) {
      if (node.textContent !== text) node.textContent = text;
      node.hidden = text === "";
    },
  };
}

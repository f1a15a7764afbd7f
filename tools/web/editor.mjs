// The editor of the site: CodeMirror with Python and nothing that a short answer has no use for.
// tools/fetch_web.py bundles this file; the page's panels load the bundle on first use.
//
//     const editor = openEditor(place, { text, label, describedBy, onChange, onRun })
//     editor.text, .replace(text), .mark(line), .indent(), .outdent(), .focus(), .close()
//
// Tab indents. After Escape, Tab leaves the editor until something is typed. Ctrl-Enter calls onRun.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore, indentWithTab, isolateHistory } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Pygments' names for the kinds of token: the page's own style sheet colours both in the same way.
const likeThePage = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.controlKeyword, tags.definitionKeyword], class: "k" },
  { tag: [tags.moduleKeyword], class: "kn" },
  { tag: [tags.operatorKeyword], class: "ow" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: [tags.function(tags.definition(tags.variableName))], class: "nf" },
  { tag: [tags.definition(tags.className)], class: "nc" },
  { tag: [tags.string, tags.special(tags.string)], class: "s1" },
  { tag: [tags.number], class: "mi" },
  { tag: [tags.lineComment], class: "c1" },
  { tag: [tags.operator], class: "o" },
  { tag: [tags.meta], class: "nd" },
]);

const setMark = StateEffect.define();
const markedLine = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMark)) return linesMarked(transaction.state, effect.value);
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function linesMarked(state, number) {
  if (!number || number > state.doc.lines) return Decoration.none;
  const line = Decoration.line({ class: "u30-marked-line" });
  return Decoration.set([line.range(state.doc.line(number).from)]);
}

function leaveWithTab(view) {
  view.setTabFocusMode(true);
  return false; // Escape has other uses, too
}

// Whatever else is pressed, Tab indents again.
const tabIndents = EditorView.domEventHandlers({
  keydown(event, view) {
    if (!["Tab", "Escape", "Shift", "Control", "Alt", "Meta"].includes(event.key)) view.setTabFocusMode(false);
  },
  blur: (event, view) => view.setTabFocusMode(false),
});

export function openEditor(place, { text, label, describedBy, onChange, onRun }) {
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([
          { key: "Ctrl-Enter", run },
          { key: "Mod-Enter", run },
          { key: "Escape", run: leaveWithTab },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        lineNumbers(),
        history(),
        pythonLanguage,
        syntaxHighlighting(likeThePage),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        markedLine,
        tabIndents,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy, tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    // An edit of its own, so that undo brings the old text back.
    replace: (text) =>
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        annotations: isolateHistory.of("full"),
      }),
    mark: (line) => view.dispatch({ effects: setMark.of(line) }),
    indent: () => indentMore(view),
    outdent: () => indentLess(view),
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}

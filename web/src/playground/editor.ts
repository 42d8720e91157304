// The editor: CodeMirror in the page's colours.
import {closeBrackets, closeBracketsKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting} from "@codemirror/language";
import {highlightSelectionMatches, searchKeymap} from "@codemirror/search";
import {Compartment, EditorState, type Extension} from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import {tags as t} from "@lezer/highlight";

// The colours are variables of the style sheet, so that light and dark need nothing here.
const colours = HighlightStyle.define([
  {tag: [t.keyword, t.modifier, t.operatorKeyword, t.controlKeyword], color: "var(--code-keyword)"},
  {tag: [t.string, t.special(t.string), t.regexp, t.character], color: "var(--code-string)"},
  {tag: [t.number, t.bool, t.null, t.atom], color: "var(--code-number)"},
  {tag: [t.comment, t.meta], color: "var(--code-comment)"},
  {tag: [t.function(t.variableName), t.function(t.propertyName), t.definition(t.function(t.variableName))], color: "var(--code-function)"},
  {tag: [t.typeName, t.className, t.namespace, t.standard(t.variableName)], color: "var(--code-type)"},
  {tag: t.invalid, color: "var(--bad)"},
]);

const look = EditorView.theme({
  "&": {height: "100%", color: "var(--text)", backgroundColor: "transparent"},
  "&.cm-focused": {outline: "none"},
  ".cm-scroller": {fontFamily: "var(--mono)", fontSize: "var(--code-size)", lineHeight: "1.55"},
  ".cm-content": {padding: "12px 0", caretColor: "var(--text)"},
  ".cm-line": {padding: "0 16px 0 8px"},
  ".cm-gutters": {backgroundColor: "transparent", color: "var(--faint)", border: "none"},
  ".cm-lineNumbers .cm-gutterElement": {padding: "0 8px 0 16px", minWidth: "36px"},
  ".cm-activeLine, .cm-activeLineGutter": {backgroundColor: "transparent"},
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": {backgroundColor: "var(--line-active)"},
  "&.cm-focused .cm-activeLineGutter": {color: "var(--muted)"},
  ".cm-cursor": {borderLeftColor: "var(--text)", borderLeftWidth: "2px"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {backgroundColor: "var(--selection)"},
  "&.cm-focused .cm-matchingBracket": {backgroundColor: "var(--selection)", outline: "none"},
  ".cm-selectionMatch, .cm-searchMatch": {backgroundColor: "var(--match)"},
  ".cm-panels": {backgroundColor: "var(--raised)", color: "var(--text)", borderColor: "var(--edge)", fontFamily: "var(--sans)"},
  ".cm-textfield": {backgroundColor: "var(--field)", borderColor: "var(--edge)", color: "var(--text)"},
  ".cm-button": {backgroundImage: "none", backgroundColor: "var(--field)", borderColor: "var(--edge)", color: "var(--text)"},
});

export class Editor {
  private readonly language = new Compartment();
  private readonly view: EditorView;

  // `leave` is called on Escape: from there Tab goes on through the page, while in the editor it indents.
  constructor(parent: HTMLElement, on: {run(): void; leave(): void; change(): void}) {
    const extensions: Extension[] = [
      keymap.of([{key: "Mod-Enter", run: () => (on.run(), true)}]),
      lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), drawSelection(), history(), indentOnInput(),
      bracketMatching(), closeBrackets(), highlightSelectionMatches(), indentUnit.of("    "),
      EditorState.allowMultipleSelections.of(true),
      syntaxHighlighting(colours), look, this.language.of([]),
      keymap.of([...closeBracketsKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      // After the keymaps above, which use Escape where something is open.
      keymap.of([{key: "Escape", run: () => (on.leave(), true)}]),
      EditorView.contentAttributes.of({
        "aria-label": "Program", "aria-describedby": "editor-help code-error", autocapitalize: "off", autocorrect: "off",
        spellcheck: "false",
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) on.change();
      }),
    ];
    this.view = new EditorView({parent, extensions});
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    this.view.dispatch({changes: {from: 0, to: this.view.state.doc.length, insert: text}, selection: {anchor: 0}});
  }

  highlight(language: Extension): void {
    this.view.dispatch({effects: this.language.reconfigure(language)});
  }

  focus(): void {
    this.view.focus();
  }

  markInvalid(invalid: boolean): void {
    this.view.contentDOM.setAttribute("aria-invalid", String(invalid));
  }
}

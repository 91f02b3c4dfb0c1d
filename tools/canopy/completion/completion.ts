import type { Command } from 'commander';

interface Place {
  /** `cell/show`, or nothing for the tool itself. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly help: string }[];
  /** Options that are followed by a value. */
  readonly valued: readonly string[];
}

/** A script that completes commands and options. It is made from the commands themselves, so it never lags behind them. */
export const completionFor = (shell: 'bash' | 'zsh', program: Command): string => {
  const places = placesOf(program);
  return shell === 'bash' ? bash(places) : zsh(places);
};

const placesOf = (command: Command, path: readonly string[] = []): Place[] => {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).map(one => ({ word: one.name(), help: one.description() }));
  const options = help.visibleOptions(command);
  const words = options.flatMap(option => [option.long, option.short].flatMap(word => (word ? [{ word, help: option.description }] : [])));
  const valued = options.filter(option => option.required || option.optional).flatMap(option => [option.long, option.short].filter(isText));
  const here: Place = { path: path.join('/'), words: [...commands, ...words], valued };
  return [here, ...command.commands.flatMap(one => placesOf(one, [...path, one.name()]))];
};

const isText = (text: string | undefined): text is string => text !== undefined;

/** Follows the words of the command line down the tree of commands; options, and the values that they take, are passed over. */
const walk = (places: readonly Place[]): string => `\
  local place="" word skip="" index
  local -A _canopy_words _canopy_valued
${places.map(place => `  _canopy_words[${key(place)}]=${quoted(place.words.map(one => one.word).join(' '))}`).join('\n')}
${places.map(place => `  _canopy_valued[${key(place)}]=${quoted(` ${place.valued.join(' ')} `)}`).join('\n')}`;

/** Without quotes: zsh would take them for a part of the key. */
const key = (place: Place): string => (place.path === '' ? '.' : place.path);
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const bash = (places: readonly Place[]): string => `\
# bash completion of canopy: source <(canopy completion bash)
_canopy() {
${walk(places)}
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n "$skip" ]]; then skip=""; continue; fi
    if [[ "\${_canopy_valued[\${place:-.}]}\${_canopy_valued[.]}" == *" $word "* ]]; then skip=1; continue; fi
    if [[ -n "\${_canopy_words[\${place:+$place/}$word]+set}" ]]; then place="\${place:+$place/}$word"; fi
  done
  if [[ -n "$skip" ]]; then
    case "$previous" in
      -o|--output) COMPREPLY=($(compgen -W "table json" -- "$current")) ;;
      *) COMPREPLY=($(compgen -f -- "$current")) ;;
    esac
    return
  fi
  COMPREPLY=($(compgen -W "\${_canopy_words[\${place:-.}]}" -- "$current"))
}
complete -F _canopy canopy`;

const zsh = (places: readonly Place[]): string => `\
#compdef canopy
# zsh completion of canopy: canopy completion zsh > ~/.zfunc/_canopy (a directory of $fpath), or source <(canopy completion zsh)
_canopy() {
${walk(places)}
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    if [[ -n "$skip" ]]; then skip=""; continue; fi
    if [[ "\${_canopy_valued[\${place:-.}]}\${_canopy_valued[.]}" == *" $word "* ]]; then skip=1; continue; fi
    if [[ -n "\${_canopy_words[\${place:+$place/}$word]+set}" ]]; then place="\${place:+$place/}$word"; fi
  done
  if [[ -n "$skip" ]]; then
    case "$previous" in
      -o|--output) compadd -- table json ;;
      *) _files ;;
    esac
    return
  fi
  compadd -- \${=_canopy_words[\${place:-.}]}
}
if [[ "$funcstack[1]" == _canopy ]]; then _canopy "$@"; else compdef _canopy canopy; fi`;

extension Completion {
  static func bash(_ places: [Place]) -> String {
    let known = places.dropFirst().map { shellQuoted($0.words) }.joined(separator: "|")
    var values = ""
    var words = ""
    for place in places {
      for option in place.optionsWithValue {
        let patterns = place.spellings(of: option).map { shellQuoted("\(place.words) \($0)") }
        values += "    \(patterns.joined(separator: "|"))) \(reply(option.values)); return ;;\n"
      }
      let names = place.options.map { "--\($0.long)" }.joined(separator: " ")
      let commands = place.command.visibleSubcommands.map(\.name)
      words += "    \(shellQuoted(place.words)))\n"
      words += "      if [[ \"$cur\" == -* ]]; then\n"
      words += "        COMPREPLY=($(compgen -W \(shellQuoted(names)) -- \"$cur\"))\n"
      words += "      else\n"
      if commands.isEmpty {
        words += "        \(reply(place.command.arguments.first?.values ?? .any))\n"
      } else {
        words += "        \(reply(.choice(commands)))\n"
      }
      words += "      fi ;;\n"
    }
    return """
      # bash completion for sallyport
      _sallyport() {
        local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
        local place="sallyport" i
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          case "$place ${COMP_WORDS[i]}" in
            \(known)) place="$place ${COMP_WORDS[i]}" ;;
          esac
        done
        case "$place $prev" in
      \(values)  esac
        case "$place" in
      \(words)  esac
      }
      complete -F _sallyport sallyport

      """
  }

  private static func reply(_ values: Command.Values) -> String {
    switch values {
    case .any: "COMPREPLY=()"
    case .file: "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\"))"
    case .directory: "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\"))"
    case .choice(let names):
      "COMPREPLY=($(compgen -W \(shellQuoted(names.joined(separator: " "))) -- \"$cur\"))"
    }
  }
}

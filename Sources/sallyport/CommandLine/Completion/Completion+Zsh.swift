extension Completion {
  static func zsh(_ places: [Place]) -> String {
    let known = places.dropFirst().map { shellQuoted($0.words) }.joined(separator: "|")
    var values = ""
    var words = ""
    for place in places {
      for option in place.optionsWithValue {
        let patterns = place.spellings(of: option).map { shellQuoted("\(place.words) \($0)") }
        values += "    \(patterns.joined(separator: "|"))) \(reply(option.values)); return ;;\n"
      }
      let options = place.options.map { shellQuoted("--\($0.long):\(escaped($0.help))") }
      words += "    \(shellQuoted(place.words)))\n"
      words += "      if [[ \"$PREFIX\" == -* ]]; then\n"
      words += "        items=(\(options.joined(separator: " ")))\n"
      words += "        _describe option items\n"
      words += "      else\n"
      let commands = place.command.visibleSubcommands
      if commands.isEmpty {
        words += "        \(reply(place.command.arguments.first?.values ?? .any))\n"
      } else {
        let items = commands.map { shellQuoted("\($0.name):\(escaped($0.summary))") }
        words += "        items=(\(items.joined(separator: " ")))\n"
        words += "        _describe command items\n"
      }
      words += "      fi ;;\n"
    }
    return """
      #compdef sallyport
      # zsh completion for sallyport
      _sallyport() {
        local place=sallyport i
        local -a items
        for ((i = 2; i < CURRENT; i++)); do
          case "$place $words[i]" in
            (\(known)) place="$place $words[i]" ;;
          esac
        done
        case "$place $words[CURRENT-1]" in
      \(values)  esac
        case "$place" in
      \(words)  esac
      }
      if [[ "$funcstack[1]" == _sallyport ]]; then
        _sallyport "$@"
      else
        compdef _sallyport sallyport
      fi

      """
  }

  private static func reply(_ values: Command.Values) -> String {
    switch values {
    case .any: ":"
    case .file: "_files"
    case .directory: "_files -/"
    case .choice(let names): "compadd -- \(names.map { shellQuoted($0) }.joined(separator: " "))"
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
  }
}

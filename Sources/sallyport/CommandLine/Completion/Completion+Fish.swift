extension Completion {
  static func fish(_ places: [Place]) -> String {
    let known = places.dropFirst().map { shellQuoted($0.words, isFish: true) }
    var lines: [String] = []
    for place in places {
      let start =
        "complete -c sallyport -n \(shellQuoted("__sallyport_at \(place.words)", isFish: true))"
      for command in place.command.visibleSubcommands {
        lines.append(
          "\(start) -f -a \(command.name) -d \(shellQuoted(command.summary, isFish: true))")
      }
      if place.command.visibleSubcommands.isEmpty {
        lines.append(start + reply(place.command.arguments.first?.values ?? .any))
      }
      for option in place.options {
        var line = "\(start) -l \(option.long)"
        if let short = option.short { line += " -s \(short)" }
        if option.valueName != nil { line += " -r" + reply(option.values) }
        lines.append("\(line) -d \(shellQuoted(option.help, isFish: true))")
      }
    }
    return """
      # fish completion for sallyport
      function __sallyport_at
        set -l place sallyport
        for word in (commandline -opc)[2..-1]
          switch "$place $word"
            case \(known.joined(separator: " "))
              set place "$place $word"
          end
        end
        test "$place" = "$argv"
      end
      \(lines.joined(separator: "\n"))

      """
  }

  private static func reply(_ values: Command.Values) -> String {
    switch values {
    case .any: " -f"
    case .file: " -F"
    case .directory: " -f -a '(__fish_complete_directories)'"
    case .choice(let names):
      " -f -a \(shellQuoted(names.joined(separator: " "), isFish: true))"
    }
  }
}

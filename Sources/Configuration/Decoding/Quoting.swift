/// Text from a file as a message may show it: between backquotes, short, without control
/// characters.
func quoted(_ text: String) -> String {
  var shown = "`"
  for (position, scalar) in text.unicodeScalars.enumerated() {
    if position == 60 {
      shown += "…"
      break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      shown += "\\u{\(String(scalar.value, radix: 16))}"
    default:
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown + "`"
}

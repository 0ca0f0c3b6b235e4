/// A command line that cannot be understood, and how to put it right.
struct UsageError: Error, Sendable, Equatable {
  /// What is wrong, without a full stop.
  var message: String
  /// What was probably meant, as it would be typed.
  var suggestion: String?
  /// The command whose help explains it, below `sallyport`.
  var path: [String] = []

  /// For standard error.
  var text: String {
    var text = "sallyport: \(message)\n"
    if let suggestion { text += "  did you mean `\(suggestion)`?\n" }
    let command = (["sallyport"] + path).joined(separator: " ")
    return text + "Run `\(command) --help` for how it is used.\n"
  }
}

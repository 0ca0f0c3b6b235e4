/// Shell commands in a sentence.
enum Commands {
  /// Adds a reference for the first command of the sentence.
  static func find(in text: InspectedText, _ sentence: inout Sentence) {
    let range = sentence.range
    guard !range.isEmpty else { return }
    let chunks = chunks(of: text, in: range)
    for (index, chunk) in chunks.enumerated() {
      let word = text.string(chunk).lowercased()
      let next = index + 1 < chunks.count ? text.string(chunks[index + 1]) : ""
      guard isCommand(word, next: next) else { continue }
      let end = chunks[min(index + 4, chunks.count - 1)].upperBound
      sentence.references.append(
        .init(
          kind: .command, text: text.string(chunk.lowerBound..<end), range: chunk.lowerBound..<end))
      return
    }
  }

  private static func isCommand(_ word: String, next: String) -> Bool {
    if word.contains("$(") { return true }
    guard programs.contains(word) else {
      return (word == "&&" || word == "|" || word == ";") && programs.contains(next.lowercased())
    }
    guard let first = next.utf8.first else { return false }
    if word == "sudo" { return true }
    // An option, a path, a variable, a quoted word.
    return "-/~$.\"'|".utf8.contains(first) && next.utf8.count > 1 || next.contains("://")
  }

  private static func chunks(of text: InspectedText, in range: Range<Int>) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var start = range.lowerBound
    for position in range.lowerBound...range.upperBound {
      let isInside =
        position < range.upperBound && text.ascii[position] != 0x20 && text.ascii[position] != 0x0A
        && text.ascii[position] != 0x60
      if isInside { continue }
      if position > start { chunks.append(start..<position) }
      start = position + 1
    }
    return chunks
  }

  private static let programs: Set<String> = [
    "rm", "curl", "wget", "sudo", "chmod", "chown", "cat", "bash", "sh", "zsh", "nc", "ncat",
    "netcat", "powershell", "pwsh", "eval", "scp", "ssh", "dd", "mkfs", "kill", "echo", "tee",
    "crontab", "base64", "openssl", "python", "python3", "perl", "ruby", "node", "printenv", "env",
    "certutil", "bitsadmin", "iex", "osascript",
  ]
}

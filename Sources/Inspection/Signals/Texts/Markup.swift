/// Markup that speaks to a model, or makes a client send data when it shows a text.
enum Markup {
  static func find(in text: InspectedText) -> [Finding] {
    var findings: [Finding] = []
    if text.ascii.contains(0x3C) || text.ascii.contains(0x5B) || text.ascii.contains(0x23) {
      roles(in: text, &findings)
      images(in: text, &findings)
    }
    return findings
  }

  /// Tags and marks with which chats and prompts set off what the model must obey.
  private static let marks = Needles([
    "<important>", "<system>", "</system>", "<system_prompt>", "<instructions>", "<instruction>",
    "<secret>", "<hidden>", "<critical>", "<override>", "<admin>", "<s>[inst]", "[inst]", "[/inst]",
    "<<sys>>", "<|im_start|>", "<|im_end|>", "<|system|>", "<|user|>", "<|assistant|>",
    "<|endoftext|>", "### system:", "### instruction", "<assistant>", "<human>", "[system]",
    "<start_of_turn>", "<function_calls>", "<tool_call>", "<thinking>", "<system-reminder>",
  ])
  private static let imageStarts = Needles(["![", "<img"])
  private static let imageTargets = Needles(["](http"])

  private static func roles(in text: InspectedText, _ findings: inout [Finding]) {
    guard let found = marks.first(in: text) else { return }
    findings.append(
      Finding(
        "model-markup", .block,
        text.excerpt(found.range.lowerBound..<min(found.range.upperBound + 80, text.ascii.count)),
        "`\(found.needle)` sets text off for a model, as the parts of a prompt are."))
  }

  private static func images(in text: InspectedText, _ findings: inout [Finding]) {
    guard let start = imageStarts.first(in: text) else { return }
    var range = start.range
    if start.needle == "![" {
      guard let target = imageTargets.first(in: text, from: range.upperBound) else { return }
      range = range.lowerBound..<target.range.upperBound
    }
    var end = range.upperBound
    while end < text.ascii.count, !" \n)>".utf8.contains(text.ascii[end]) { end += 1 }
    let carriesData = text.ascii[range.lowerBound..<end].contains { "?{$%".utf8.contains($0) }
    findings.append(
      Finding(
        "image-link", carriesData ? .block : .review, text.excerpt(range.lowerBound..<end),
        carriesData
          ? "An image whose address takes data: a client that shows it sends them away."
          : "A client that shows this image asks its server for it."))
  }
}

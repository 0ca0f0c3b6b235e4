import Ledger

/// The record of a number: whoever knows the number can tell whether it is what was written.
enum NumberedRecord {
  static func make(_ number: Int) -> LedgerRecord {
    number % 2 == 0 ? decision(number) : outcome(number)
  }

  /// Records whose payloads a child may erase.
  static func isErasable(_ number: Int) -> Bool { number % 10 == 0 }

  /// What is wrong with the record that was read for `number`; nil for nothing.
  static func problem(of entry: LedgerEntry, _ number: Int, isRetaining: Bool) -> String? {
    if number % 2 == 1 { return entry.json == outcome(number).json ? nil : "is another" }
    guard entry.text("call") == "call-\(number)" else { return "is another" }
    switch entry.payload(.arguments) {
    case .full(let content, _):
      return Array(content) == payload(number) ? nil : "has another payload"
    case .erased where isErasable(number) || isRetaining: return nil
    default: return "has no payload"
    }
  }

  private static func payload(_ number: Int) -> [UInt8] {
    Array("{\"n\":\(number),\"text\":\"\(String(repeating: "x", count: number % 301))\"}".utf8)
  }

  private static func decision(_ number: Int) -> LedgerRecord {
    LedgerRecord(
      .decision(
        DecisionRecord(
          call: LedgerCall(id: "call-\(number)", server: "s", tool: "t"),
          arguments: LedgerPayload(content: payload(number)[...]), decision: .deny)),
      time: Int64(number))
  }

  private static func outcome(_ number: Int) -> LedgerRecord {
    LedgerRecord(
      .outcome(OutcomeRecord(call: "call-\(number)", status: .ok, server: "s", tool: "t")),
      time: Int64(number))
  }
}

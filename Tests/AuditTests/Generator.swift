import TestSupport

/// Random records, the same for the same seed: calls whose outcomes come late, twice or never,
/// versions in pieces, gaps in time, and what no index can read.
struct Generator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func below(_ bound: Int) -> Int { random.below(bound) }

  mutating func hex(_ digits: Int) -> String {
    (0..<digits).map { _ in String(below(16), radix: 16) }.joined()
  }

  /// So many lines of JSON.
  mutating func stream(_ count: Int) -> [String] {
    var lines: [String] = []
    var open: [String] = []
    var version = 0
    while lines.count < count {
      let time = Journal.start + Int64(lines.count) * 1000 - (below(50) == 0 ? 5_000_000 : 0)
      switch below(20) {
      case 0..<9: lines.append(decision(time, &open))
      case 9..<14:
        let call = open.isEmpty || below(20) == 0 ? hex(32) : open.remove(at: below(open.count))
        if below(15) == 0 { open.append(call) }
        lines.append(
          """
          {"kind":"outcome","time":\(time),"call":"\(call)","status":"ok",\
          "duration_us":\(below(99)),\
          "result":{"bytes":\(below(999)),"digest":"\(hex(64))"}}
          """)
      case 14:
        lines.append(
          """
          {"kind":"approval","time":\(time),"event":"approved","approver":"p\(below(3))",\
          "call":"\(open.last ?? hex(32))","waited_us":\(below(1000))}
          """)
      case 15:
        version += below(2)
        let parts = below(3) + 1
        for part in 0..<parts where below(10) > 0 {
          lines.append(
            """
            {"kind":"policies","time":\(time),"version":"v\(version)","part":\(part),\
            "parts":\(parts),"file":"f\(below(2))","text":"t\(below(5))"}
            """)
        }
      case 16:
        lines.append(
          #"{"kind":"refused","time":\#(time),"refusal":"origin","principal":{"agent":"x"}}"#)
      case 17:
        lines.append(
          """
          {"kind":"lifecycle","time":\(time),"event":"\(below(2) == 0 ? "started" : "stopped")"}
          """
        )
      case 18: lines.append(#"{"kind":"strange","time":\#(time)}"#)
      default:
        lines.append(
          #"{"kind":"erasure","time":\#(time),"records":[\#(below(300)),1],"roles":["result"]}"#)
      }
    }
    return Array(lines.prefix(count))
  }

  private mutating func decision(_ time: Int64, _ open: inout [String]) -> String {
    // The same call may be decided twice.
    let call = !open.isEmpty && below(10) == 0 ? open[below(open.count)] : hex(32)
    let word = ["allow", "allow", "allow", "deny", "ask"][below(5)]
    if word == "allow" { open.append(call) }
    let parent = below(3) == 0 ? #","parent":"\#(hex(32))""# : ""
    return """
      {"kind":"decision","time":\(time),"call":"\(call)","decision":"\(word)",\
      "principal":{"agent":"a\(below(4))","human":"h\(below(3))"},"server":"s",\
      "tool":"t\(below(5))",\
      "session":"s\(below(9))","claims":{"run":"r\(below(6))","skill":{"name":"k\(below(3))"}},\
      "policies":["p\(below(4))"],"reason":"because \(below(4))","arguments":{"bytes":\(below(99)),\
      "digest":"\(hex(64))"},"traceparent":"00-\(hex(32))-00f067aa0ba902b7-01"\(parent)}
      """
  }
}

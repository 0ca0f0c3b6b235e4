import JSON

/// What is measured of the calls of an upstream that ended lately, for people.
struct CallFigures {
  let calls: Int64
  /// Calls with an error of the tool or the server.
  let toolErrors: Int64
  /// Calls without answer.
  let failures: Int64
  /// The time within which half of them ended.
  let median: String
  /// The time within which 95 of 100 ended.
  let p95: String

  /// - Parameter upstream: as `GET /v1/upstreams` has it.
  /// - Returns: nil when no call ended lately.
  init?(of upstream: JSONNode) {
    guard let health = upstream[member: "health"],
      let calls = health[member: "calls"]?.int64, calls > 0
    else { return nil }
    self.calls = calls
    toolErrors = health[member: "toolErrors"]?.int64 ?? 0
    failures = health[member: "failures"]?.int64 ?? 0
    median = health[member: "p50Ms"]?.double.map(Self.time) ?? ""
    p95 = health[member: "p95Ms"]?.double.map(Self.time) ?? ""
  }

  /// Whether any of them went wrong.
  var hasErrors: Bool { toolErrors + failures > 0 }

  /// The share of those that went wrong, in percent. All and none are said of those alone.
  var errorRate: String {
    let errors = toolErrors + failures
    guard errors > 0 else { return "0 %" }
    guard errors < calls else { return "100 %" }
    let percent = (Double(errors) * 100 / Double(calls)).rounded()
    return percent < 1 ? "<1 %" : "\(min(99, Int(percent))) %"
  }

  /// Milliseconds, in two or three digits.
  static func time(_ milliseconds: Double) -> String {
    func tenths(_ number: Double) -> String {
      let tenths = Int((number * 10).rounded())
      return "\(tenths / 10).\(tenths % 10)"
    }
    // Beyond a day it is no time of a call.
    let bounded = min(max(0, milliseconds), 86_400_000)
    if bounded < 0.05 { return "<0.1 ms" }
    if bounded < 9.95 { return tenths(bounded) + " ms" }
    if bounded < 999.5 { return "\(Int(bounded.rounded())) ms" }
    if bounded < 9_950 { return tenths(bounded / 1_000) + " s" }
    return "\(Int((bounded / 1_000).rounded())) s"
  }
}

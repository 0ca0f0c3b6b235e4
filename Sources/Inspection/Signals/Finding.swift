/// What a rule found in one text or at one place.
struct Finding {
  let rule: String
  let severity: Signal.Severity
  let excerpt: String
  let reason: String

  init(_ rule: String, _ severity: Signal.Severity, _ excerpt: String, _ reason: String) {
    self.rule = rule
    self.severity = severity
    self.excerpt = excerpt
    self.reason = reason
  }
}

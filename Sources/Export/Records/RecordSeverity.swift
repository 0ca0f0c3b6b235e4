/// How much a record deserves attention. One scale for every format that has one.
enum RecordSeverity {
  case informational, low, medium, high

  init(_ record: ExportedRecord) {
    self =
      switch (record.kind, record.word) {
      case ("decision", "deny"): .medium
      case ("decision", "ask"): .low
      case ("outcome", "denied"): .medium
      case ("outcome", "ok"), ("outcome", "cancelled"): .informational
      case ("outcome", _): .low
      case ("refused", "authentication"), ("refused", "origin"): .medium
      case ("refused", _): .low
      case ("approval", "denied"), ("approval", "expired"), ("approval", "revoked"): .low
      case ("pin", "quarantined"), ("pin", "changed"): .high
      case ("pin", _): .low
      case ("person", "refused"): .medium
      case ("person", "locked"): .high
      case ("person", "signed_in"), ("person", "signed_out"): .informational
      case ("person", _): .low
      case ("change", "refused"): .medium
      case ("lifecycle", "ledger_recovered"), ("lifecycle", "clock_stepped"): .medium
      case ("change", _), ("key", _), ("export", _), ("erasure", _), ("retention", _): .low
      default: .informational
      }
  }
}

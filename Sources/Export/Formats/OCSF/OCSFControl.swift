internal import JSON

/// What the gate did about a call: the profile `security_control`.
struct OCSFControl {
  var action: (id: Int, name: String)
  var disposition: (id: Int, name: String)

  private static let allowed = (id: 1, name: "Allowed")
  private static let denied = (id: 2, name: "Denied")
  private static let observed = (id: 3, name: "Observed")

  /// Nil for what is no decision of the gate or of a person.
  init?(_ record: ExportedRecord) {
    switch (record.kind, record.word) {
    case ("decision", "allow"): (action, disposition) = (Self.allowed, (1, "Allowed"))
    case ("decision", "ask"): (action, disposition) = (Self.denied, (23, "Challenge"))
    case ("decision", _), ("outcome", "denied"):
      (action, disposition) = (Self.denied, (2, "Blocked"))
    case ("refused", "authentication"):
      (action, disposition) = (Self.denied, (26, "Unauthorized"))
    case ("refused", _): (action, disposition) = (Self.denied, (25, "Rejected"))
    case ("approval", "approved"), ("approval", "confirmed"):
      (action, disposition) = (Self.allowed, (8, "Approved"))
    case ("approval", "used"): (action, disposition) = (Self.allowed, (1, "Allowed"))
    case ("approval", "denied"): (action, disposition) = (Self.denied, (25, "Rejected"))
    case ("approval", "expired"): (action, disposition) = (Self.denied, (2, "Blocked"))
    case ("approval", "revoked"):
      (action, disposition) = (Self.denied, (24, "Access Revoked"))
    case ("approval", _): (action, disposition) = (Self.observed, (17, "Logged"))
    case ("pin", "quarantined"): (action, disposition) = (Self.denied, (3, "Quarantined"))
    default: return nil
    }
  }

  func write(of record: ExportedRecord, to writer: inout JSONWriter) {
    writer.member("action_id", action.id)
    writer.member("action", action.name)
    writer.member("disposition_id", disposition.id)
    writer.member("disposition", disposition.name)
    let policies = record.texts("policies")
    guard let first = policies.first else { return }
    let version = record.text("policy_version")
    writer.object("policy") { Self.name(first, version, in: &$0) }
    writer.name("authorizations")
    writer.beginArray()
    for policy in policies {
      writer.beginObject()
      writer.member("decision", record.word)
      writer.object("policy") { Self.name(policy, version, in: &$0) }
      writer.endObject()
    }
    writer.endArray()
  }

  private static func name(_ policy: String, _ version: String?, in writer: inout JSONWriter) {
    writer.member("name", policy)
    writer.member("version", version)
    writer.member("is_applied", true)
  }
}

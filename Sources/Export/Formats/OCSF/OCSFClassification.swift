/// The activity of an event: its identifier in the class, and the name.
struct OCSFActivity {
  var id: Int
  var name: String

  private static let create = OCSFActivity(id: 1, name: "Create")
  private static let read = OCSFActivity(id: 2, name: "Read")
  private static let update = OCSFActivity(id: 3, name: "Update")
  private static let delete = OCSFActivity(id: 4, name: "Delete")
  private static let unknown = OCSFActivity(id: 0, name: "Unknown")

  private init(id: Int, name: String) {
    self.id = id
    self.name = name
  }

  /// `destructive` is not Delete: it says what a tool can do, and is what holds where nobody said
  /// anything.
  init(_ record: ExportedRecord) {
    self =
      switch (record.kind, record.text("effect"), record.word) {
      case ("decision", "read", _), ("refused", "read", _), ("outcome", "read", _): Self.read
      case ("decision", "write", _), ("refused", "write", _), ("outcome", "write", _): Self.update
      case (_, "destructive", _): OCSFActivity(id: 99, name: "Destructive")
      case (_, "egress", _): OCSFActivity(id: 99, name: "Egress")
      case (_, "admin", _): OCSFActivity(id: 99, name: "Admin")
      case ("decision", nil, _) where record.text("method")?.hasSuffix("/list") == true: Self.read
      case ("decision", _, _), ("refused", _, _), ("outcome", _, _): Self.unknown
      case ("key", _, "created"): Self.create
      case ("key", _, _), ("change", _, _): Self.update
      case ("export", _, _): Self.read
      case ("erasure", _, _), ("retention", _, _): Self.delete
      default: OCSFActivity(id: 99, name: record.eventCode)
      }
  }
}

/// Whether what the event tells of came about.
struct OCSFStatus {
  var id: Int
  var name: String

  init(_ record: ExportedRecord) {
    let failed =
      switch (record.kind, record.word) {
      case ("decision", "allow"), ("outcome", "ok"): false
      case ("decision", _), ("outcome", _), ("refused", _), ("change", "refused"): true
      case ("approval", "denied"), ("approval", "expired"), ("approval", "revoked"): true
      case ("person", "refused"), ("person", "locked"): true
      default: false
      }
    (id, name) = failed ? (2, "Failure") : (1, "Success")
  }
}

/// The severity of an event.
struct OCSFSeverity {
  var id: Int
  var name: String

  init(_ record: ExportedRecord) {
    (id, name) =
      switch RecordSeverity(record) {
      case .informational: (1, "Informational")
      case .low: (2, "Low")
      case .medium: (3, "Medium")
      case .high: (4, "High")
      }
  }
}

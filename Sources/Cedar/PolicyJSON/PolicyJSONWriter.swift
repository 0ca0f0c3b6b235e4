internal import JSON

/// Writes syntax trees in Cedar's JSON policy format.
struct PolicyJSONWriter {
  var writer = JSONWriter()
  private let limit: Int

  /// Writes at most `limit` bytes.
  init(limit: Int) { self.limit = limit }

  /// Throws when too much was written. Called for every expression, so that nothing that repeats
  /// others grows far beyond the limit.
  func check() throws(PolicyJSONSizeError) {
    guard writer.bytes.count <= limit else { throw PolicyJSONSizeError(limit: limit) }
  }

  /// What was written.
  func text() throws(PolicyJSONSizeError) -> String {
    try check()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  mutating func write(_ policy: PolicySyntax) throws(PolicyJSONSizeError) {
    writer.beginObject()
    writer.name("effect")
    writer.string(policy.effect.rawValue)
    writer.name("principal")
    write(policy.principal, slot: .principal)
    writer.name("action")
    write(ScopeSyntax(policy.action), slot: nil)
    writer.name("resource")
    write(policy.resource, slot: .resource)
    writer.name("conditions")
    writer.beginArray()
    for condition in policy.conditions {
      writer.beginObject()
      writer.name("kind")
      writer.string(condition.isUnless ? "unless" : "when")
      writer.name("body")
      try write(condition.body, of: policy.tree)
      writer.endObject()
    }
    writer.endArray()
    write(policy.annotations)
    writer.endObject()
  }

  private mutating func write(_ annotations: [Annotation]) {
    guard !annotations.isEmpty else { return }
    writer.name("annotations")
    writer.beginObject()
    for annotation in annotations {
      writer.name(annotation.key)
      if annotation.hasValue { writer.string(annotation.value) } else { writer.null() }
    }
    writer.endObject()
  }

  // MARK: Scope

  private mutating func write(_ constraint: ScopeSyntax, slot: TemplateSlot?) {
    writer.beginObject()
    writer.name("op")
    switch constraint {
    case .any: writer.string("All")
    case .equal(let other):
      writer.string("==")
      write(other, slot: slot)
    case .inside(let group):
      writer.string("in")
      write(group, slot: slot)
    case .insideAny(let groups):
      writer.string("in")
      writer.name("entities")
      writer.beginArray()
      for case .entity(let uid) in groups { write(uid) }
      writer.endArray()
    case .type(let type):
      writer.string("is")
      writer.name("entity_type")
      writer.string(type.name)
    case .typeInside(let type, let group):
      writer.string("is")
      writer.name("entity_type")
      writer.string(type.name)
      writer.name("in")
      writer.beginObject()
      write(group, slot: slot)
      writer.endObject()
    }
    writer.endObject()
  }

  private mutating func write(_ operand: ScopeOperand, slot: TemplateSlot?) {
    switch operand {
    case .entity(let uid):
      writer.name("entity")
      write(uid)
    case .slot:
      writer.name("slot")
      writer.string(slot?.rawValue ?? "")
    }
  }

  /// `{"type": …, "id": …}`
  mutating func write(_ uid: EntityUID) {
    writer.beginObject()
    writer.name("type")
    writer.string(uid.type.name)
    writer.name("id")
    writer.string(uid.id)
    writer.endObject()
  }
}

internal import JSON

/// Writes entities, contexts and requests as JSON, always with escapes. Its recursion is as deep
/// as the values nest.
struct DataWriter {
  private var writer = JSONWriter()
  private var path = DataPath.root

  /// What was written.
  var text: String { String(decoding: writer.bytes, as: UTF8.self) }

  mutating func entities(_ entities: [Entity]) throws(DataError) {
    writer.beginArray()
    for (index, entity) in entities.enumerated() {
      path.enter(index)
      try self.entity(entity)
      path.leave()
    }
    writer.endArray()
  }

  private mutating func entity(_ entity: Entity) throws(DataError) {
    writer.beginObject()
    writer.name("uid")
    writer.reference(entity.uid)
    try attributes("attrs", entity.attributes)
    writer.name("parents")
    writer.beginArray()
    for parent in entity.parents { writer.reference(parent) }
    writer.endArray()
    if !entity.tags.isEmpty { try attributes("tags", entity.tags) }
    writer.endObject()
  }

  mutating func request(_ request: Request) throws(DataError) {
    writer.beginObject()
    writer.name("principal")
    writer.reference(request.principal)
    writer.name("action")
    writer.reference(request.action)
    writer.name("resource")
    writer.reference(request.resource)
    writer.name("context")
    path.enter("context")
    try value(.record(request.context))
    path.leave()
    writer.endObject()
  }

  private mutating func attributes(_ name: String, _ record: Record) throws(DataError) {
    writer.name(name)
    path.enter(name)
    try members(record)
    path.leave()
  }

  private mutating func members(_ record: Record) throws(DataError) {
    writer.beginObject()
    for member in record.members {
      path.enter(member.name.text)
      writer.name(member.name.text)
      try value(member.value)
      path.leave()
    }
    writer.endObject()
  }

  /// Writes a value.
  mutating func value(_ value: Value) throws(DataError) {
    switch value {
    case .bool(let value): writer.bool(value)
    case .long(let value): writer.int(value)
    case .string(let value): writer.string(value)
    case .entity(let uid):
      writer.beginObject()
      writer.name(Escape.entity.rawValue)
      writer.reference(uid)
      writer.endObject()
    case .set(let set):
      writer.beginArray()
      for (index, element) in set.values.enumerated() {
        path.enter(index)
        try self.value(element)
        path.leave()
      }
      writer.endArray()
    case .record(let record):
      for escape in Escape.allCases where record.has(AttributeName(escape.rawValue)) {
        throw DataError(
          pointer: path.pointer,
          message: "a record with a member `\(escape.rawValue)` cannot be written as JSON, "
            + "where the name is an escape", help: nil)
      }
      try members(record)
    case .extension(let value): writer.value(value)
    }
  }
}

extension JSONWriter {
  /// `{"type": …, "id": …}`
  mutating func reference(_ uid: EntityUID) {
    beginObject()
    name("type")
    string(uid.type.name)
    name("id")
    string(uid.id)
    endObject()
  }

  fileprivate mutating func value(_ value: ExtensionValue) {
    switch value {
    case .decimal(let value): call(.decimal, value.description)
    case .ipaddr(let value): call(.ip, value.description)
    case .duration(let value): call(.duration, value.description)
    case .datetime(let value):
      // Years beyond four digits cannot be written as a date.
      guard DatetimeValue(value.description) != value else {
        return call(.datetime, value.description)
      }
      beginCall(.offset)
      name("args")
      beginArray()
      call(.datetime, "1970-01-01")
      call(.duration, DurationValue(milliseconds: value.milliseconds).description)
      endArray()
      endCall()
    }
  }

  private mutating func call(_ function: ExtensionFunction, _ argument: String) {
    beginCall(function)
    name("arg")
    string(argument)
    endCall()
  }

  private mutating func beginCall(_ function: ExtensionFunction) {
    beginObject()
    name(Escape.extension.rawValue)
    beginObject()
    name("fn")
    string(function.name)
  }

  private mutating func endCall() {
    endObject()
    endObject()
  }
}

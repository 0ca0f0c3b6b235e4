import FuzzSupport
import Cedar
import JSON

/// A value as JSON and as the engine's own.
indirect enum RandomValue {
  case bool(Bool)
  case long(Int64)
  case string(String)
  case entity(EntityUID)
  case set([RandomValue])
  case record([(String, RandomValue)])
  case `extension`(Model.Extension, String)

  var value: Value {
    switch self {
    case .bool(let value): .bool(value)
    case .long(let value): .long(value)
    case .string(let value): .string(value)
    case .entity(let uid): .entity(uid)
    case .set(let elements): .set(ValueSet(elements.map(\.value)))
    case .record: .record(record)
    case .extension(let type, let literal): .extension(type.value(literal))
    }
  }

  /// The members of a record.
  var record: Record {
    guard case .record(let members) = self else { return .empty }
    return Record(members.map { Record.Member(AttributeName($0.0), $0.1.value) })
  }

  func write(_ json: inout JSONWriter) {
    switch self {
    case .bool(let value): json.bool(value)
    case .long(let value): json.int(value)
    case .string(let value): json.string(value)
    case .entity(let uid):
      json.beginObject()
      json.name("__entity")
      json.uid(uid)
      json.endObject()
    case .set(let elements):
      json.beginArray()
      for element in elements { element.write(&json) }
      json.endArray()
    case .record(let members):
      json.beginObject()
      for (name, value) in members {
        json.name(name)
        value.write(&json)
      }
      json.endObject()
    case .extension(let type, let literal):
      json.beginObject()
      json.name("__extn")
      json.beginObject()
      json.name("fn")
      json.string(type.constructor)
      json.name("arg")
      json.string(literal)
      json.endObject()
      json.endObject()
    }
  }
}

extension JSONWriter {
  mutating func uid(_ uid: EntityUID) {
    beginObject()
    name("type")
    string(uid.type.name)
    name("id")
    string(uid.id)
    endObject()
  }
}

extension Model.Extension {
  fileprivate func value(_ literal: String) -> ExtensionValue {
    let value: ExtensionValue? =
      switch self {
      case .decimal: DecimalValue(literal).map { .decimal($0) }
      case .ipaddr: IPAddress(literal).map { .ipaddr($0) }
      case .datetime: DatetimeValue(literal).map { .datetime($0) }
      case .duration: DurationValue(literal).map { .duration($0) }
      }
    guard let value else { preconditionFailure("\(rawValue) does not take \(literal)") }
    return value
  }
}

extension Random {
  static let longs: [Int64] = [0, 1, -1, 2, 7, 100, .max, .min, .max - 1, 3_037_000_500]

  mutating func value(_ kind: Model.Kind, of model: Model) -> RandomValue {
    switch kind {
    case .bool: .bool(chance(50))
    case .long: .long(pick(Random.longs))
    case .string: .string(pick(Spelling.strings))
    case .entity(let type): .entity(uid(type, of: model))
    case .set(let element): .set((0..<self[4]).map { _ in value(element, of: model) })
    case .record(let fields): record(fields, of: model)
    case .extension(let type): .extension(type, pick(Spelling.literals(type)))
    }
  }

  /// Members for these fields, with few exceptions of the right kinds.
  mutating func record(_ fields: [Model.Field], of model: Model) -> RandomValue {
    var members: [(String, RandomValue)] = []
    for field in fields where field.isRequired ? !chance(3) : chance(50) {
      let kind =
        chance(4) ? Model.kind(&self, model.entities.count, depth: 1) : field.kind
      members.append((field.name, value(kind, of: model)))
    }
    return .record(members)
  }

  mutating func uid(_ type: Int, of model: Model) -> EntityUID {
    let entity = model.entities[type]
    let id = chance(4) ? "unknown" : pick(entity.ids)
    return EntityUID(type: entity.name, id: id)
  }
}

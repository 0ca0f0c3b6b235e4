/// What types an operator takes.
enum Expectation {
  case bool, long, string, set
  case entity, entityOrEntities, entityOrRecord
  /// What has an order: `Long`, `datetime`, `duration`.
  case ordered
  case exactly(CheckedType)

  func accepts(_ type: CheckedType) -> Bool {
    switch (self, type) {
    case (.bool, .bool), (.long, .long), (.string, .string), (.set, .set): true
    case (.entity, _): type.isEntity
    case (.entityOrRecord, .record): true
    case (.entityOrRecord, _): type.isEntity
    case (.entityOrEntities, .set(let element)): element?.isEntity ?? true
    case (.entityOrEntities, _): type.isEntity
    case (.ordered, .long), (.ordered, .extension(.datetime)), (.ordered, .extension(.duration)):
      true
    case (.exactly(.extension(let expected)), .extension(let found)): expected == found
    case (.exactly(.long), .long), (.exactly(.string), .string): true
    default: false
    }
  }

  var description: String {
    switch self {
    case .bool: "`Bool`"
    case .long: "`Long`"
    case .string: "`String`"
    case .set: "a set"
    case .entity: "an entity"
    case .entityOrEntities: "an entity or a set of entities"
    case .entityOrRecord: "an entity or a record"
    case .ordered: "`Long`, `datetime` or `duration`"
    case .exactly(let type): "`\(type)`"
    }
  }

  /// What to do with a value of a wrong type.
  func help(for found: CheckedType) -> String? {
    switch (self, found) {
    case (.bool, .string), (.bool, .long), (.bool, .entity):
      "conditions are `Bool`: compare the value with `==`"
    case (.bool, .set): "conditions are `Bool`: use `.contains(…)` or `.isEmpty()`"
    case (.bool, .record): "conditions are `Bool`: test the record's members"
    case (.ordered, .extension(.decimal)), (.exactly(.long), .extension(.decimal)),
      (.long, .extension(.decimal)):
      "decimals are compared with `.lessThan(…)` and `.greaterThan(…)` and not calculated with"
    case (.ordered, .string): "strings have no order; match them with `==` or `like`"
    case (.exactly(.extension(.ipaddr)), .string): "make an address of the string: `ip(\"…\")`"
    case (.exactly(.extension(let type)), .string):
      "make the value of the string: `\(type.rawValue)(\"…\")`"
    case (.set, _): "a set is written `[…]`; whether an entity is in a group is tested with `in`"
    case (.entityOrRecord, .set): "sets have no attributes; use `.contains(…)`"
    default: nil
    }
  }
}

extension CheckedType {
  var isEntity: Bool {
    switch self {
    case .entity, .oneOf: true
    default: false
    }
  }
}

extension Typechecker {
  /// Judges an operand and reports it when its type is not taken by the operator.
  mutating func expect(
    _ expectation: Expectation, _ id: Expression.ID, by operation: @autoclosure () -> String
  ) -> Judgement {
    var judgement = judge(id)
    guard let type = judgement.type, !expectation.accepts(type) else { return judgement }
    judgement.type = nil
    if isNew(.unexpectedType, id) {
      add(
        .unexpectedType, id,
        "`\(operation())` needs \(expectation.description), found `\(type)`",
        help: expectation.help(for: type))
    }
    return judgement
  }
}

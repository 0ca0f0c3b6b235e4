/// Why a condition has no value, and which node of the program found out.
struct EvaluationFailure: Error {
  indirect enum Reason: Sendable {
    case wrongType(expected: StaticString, found: ValueKind)
    case missingAttribute(AttributeName, of: EntityUID?)
    case unknownEntity(EntityUID)
    case missingTag(String, of: EntityUID)
    case overflow(StaticString)
    case badArgument(ExtensionFunction, String)
    case argumentCount(ExtensionFunction, found: Int)
  }

  let node: Int32
  let reason: Reason

  /// One sentence without a full stop.
  var message: String {
    switch reason {
    case .wrongType(let expected, let found):
      "expected \(expected), found \(found.withArticle)"
    case .missingAttribute(let name, of: let uid?):
      "the entity \(uid) has no attribute `\(name)`; test for it with `has` first"
    case .missingAttribute(let name, of: nil):
      "the record has no attribute `\(name)`; test for it with `has` first"
    case .unknownEntity(let uid):
      "the entity \(uid) is not known, so it has no attributes or tags"
    case .missingTag(let tag, let uid):
      "the entity \(uid) has no tag \(Quoting.quote(tag)); test for it with `hasTag` first"
    case .overflow(let operation):
      "the result of \(operation) does not fit in 64 bits"
    case .badArgument(let function, let text):
      "\(Quoting.quote(text)) is not a valid argument of `\(function.name)`"
    case .argumentCount(let function, let found):
      "`\(function.name)` takes \(function.argumentCount) "
        + "argument\(function.argumentCount == 1 ? "" : "s"), found \(found)"
    }
  }
}

extension ValueKind {
  var withArticle: String {
    switch self {
    case .entity, .ipaddr: "an \(rawValue)"
    default: "a \(rawValue)"
    }
  }
}

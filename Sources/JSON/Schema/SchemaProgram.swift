/// A compiled schema: subschemas that name each other by index.
struct SchemaProgram: Sendable {
  var subschemas: [Subschema]
  var root: Int
  /// By resource: where each `$dynamicAnchor` leads. Empty unless `$dynamicRef` is used.
  var dynamicAnchors: [[String: Int]]
  var usesDynamicReferences: Bool
}

/// One subschema as a list of checks, cheap ones first.
struct Subschema: Sendable {
  /// The resource it belongs to, for the dynamic scope.
  var resource = 0
  var checks: [SchemaCheck] = []
  var unevaluatedItems: Int?
  var unevaluatedProperties: Int?

  var tracksEvaluation: Bool { unevaluatedItems != nil || unevaluatedProperties != nil }
}

/// What one keyword, or a group that goes over the same members, demands.
enum SchemaCheck: Sendable {
  /// The schema `false`.
  case nothing
  case type(SchemaTypes)
  case constant(SchemaLiteral)
  case enumeration([SchemaLiteral])
  case bound(NumericBound)
  case multiple(Decimal)
  case length(minimum: Int, maximum: Int)
  case pattern(SchemaPattern)
  case format(SchemaFormat)
  case object(ObjectRules)
  case array(ArrayRules)
  case reference(Int)
  case dynamicReference(anchor: String, fallback: Int)
  case all([Int])
  case any([Int])
  case one([Int])
  case not(Int)
  case conditional(Int, then: Int?, else: Int?)
}

/// A set of JSON Schema's types.
struct SchemaTypes: OptionSet, Sendable {
  let rawValue: UInt8
  static var object: Self { Self(rawValue: 1) }
  static var array: Self { Self(rawValue: 2) }
  static var string: Self { Self(rawValue: 4) }
  static var number: Self { Self(rawValue: 8) }
  static var integer: Self { Self(rawValue: 16) }
  static var boolean: Self { Self(rawValue: 32) }
  static var null: Self { Self(rawValue: 64) }

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init?(name: String) {
    switch name {
    case "object": self = .object
    case "array": self = .array
    case "string": self = .string
    case "number": self = .number
    case "integer": self = .integer
    case "boolean": self = .boolean
    case "null": self = .null
    default: return nil
    }
  }

  var names: [String] {
    let all: [(Self, String)] = [
      (.object, "object"), (.array, "array"), (.string, "string"), (.number, "number"),
      (.integer, "integer"), (.boolean, "boolean"), (.null, "null"),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}

/// A value to be equal to. Strings, by far the most common, are compared as bytes.
enum SchemaLiteral: Sendable {
  case string([UInt8])
  case value(JSONNode)
}

/// One of `minimum`, `maximum` and their exclusive forms.
struct NumericBound: Sendable {
  enum Side: String, Sendable {
    case minimum, maximum, exclusiveMinimum, exclusiveMaximum
  }

  var side: Side
  var decimal: Decimal
  /// The bound as it was spelled.
  var text: [UInt8]
}

/// Everything about the members of an object, checked in one walk over them.
final class ObjectRules: Sendable {
  let names: PropertyTable
  let requiredCount: Int
  let patterns: [(pattern: SchemaPattern, schema: Int)]
  let additional: Int?
  let propertyNames: Int?
  let minimum: Int
  let maximum: Int
  let dependents: [Dependent]

  struct Dependent: Sendable {
    var name: [UInt8]
    var required: [[UInt8]] = []
    var schema: Int?
    var keyword: String
  }

  init(
    names: PropertyTable, patterns: [(pattern: SchemaPattern, schema: Int)], additional: Int?,
    propertyNames: Int?, minimum: Int, maximum: Int, dependents: [Dependent]
  ) {
    self.names = names
    requiredCount = names.slots.count(where: \.isRequired)
    self.patterns = patterns
    self.additional = additional
    self.propertyNames = propertyNames
    self.minimum = minimum
    self.maximum = maximum
    self.dependents = dependents
  }
}

/// The names an object schema knows, sorted by length and bytes for binary search: no hash that an
/// author of schemas could fill with collisions.
struct PropertyTable: Sendable {
  struct Slot: Sendable {
    var name: [UInt8]
    var schema: Int?
    var isRequired = false
  }

  let slots: [Slot]

  init(_ slots: [Slot]) {
    self.slots = slots.sorted { left, right in
      left.name.count == right.name.count
        ? left.name.lexicographicallyPrecedes(right.name) : left.name.count < right.name.count
    }
  }

  @inline(__always)
  func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    var low = 0
    var high = slots.count
    while low < high {
      let middle = (low &+ high) &>> 1
      let order = slots[middle].name.withUnsafeBufferPointer { Self.compare(name, $0) }
      if order == 0 { return middle }
      if order < 0 { high = middle } else { low = middle &+ 1 }
    }
    return nil
  }

  @inline(__always)
  private static func compare(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    if left.count != right.count { return left.count &- right.count }
    for index in 0..<left.count where left[index] != right[index] {
      return Int(left[index]) &- Int(right[index])
    }
    return 0
  }
}

/// Everything about the elements of an array.
final class ArrayRules: Sendable {
  let prefix: [Int]
  let rest: Int?
  let restKeyword: String
  let contains: Int?
  let minimumContains: Int
  let maximumContains: Int
  let minimum: Int
  let maximum: Int
  let unique: Bool

  init(
    prefix: [Int], rest: Int?, restKeyword: String, contains: Int?, minimumContains: Int,
    maximumContains: Int, minimum: Int, maximum: Int, unique: Bool
  ) {
    self.prefix = prefix
    self.rest = rest
    self.restKeyword = restKeyword
    self.contains = contains
    self.minimumContains = minimumContains
    self.maximumContains = maximumContains
    self.minimum = minimum
    self.maximum = maximum
    self.unique = unique
  }
}

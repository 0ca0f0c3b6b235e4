import Cedar

/// What a JSON Schema lets a value be, as far as Cedar's types can tell: an approximation that may
/// allow more than the schema does. Shapes are met (`allOf`) and joined (`anyOf`).
struct InputShape: Sendable {
  /// Kinds of JSON values, as `CedarValue` tells them apart.
  struct Kinds: OptionSet, Sendable {
    let rawValue: UInt8
    static let null = Kinds(rawValue: 1)
    static let bool = Kinds(rawValue: 2)
    static let number = Kinds(rawValue: 4)
    static let string = Kinds(rawValue: 8)
    static let array = Kinds(rawValue: 16)
    static let object = Kinds(rawValue: 32)
    static let all = Kinds(rawValue: 63)

    /// For a person.
    var names: [String] {
      [
        (Kinds.null, "null"), (.bool, "a boolean"), (.number, "a number"), (.string, "a string"),
        (.array, "an array"), (.object, "an object"),
      ].compactMap { contains($0.0) ? $0.1 : nil }
    }
  }

  /// A member of an object.
  struct Member: Sendable {
    var shape: InputShape
    var isRequired: Bool
  }

  var kinds: Kinds
  /// Of an array's elements, one or none; none when nothing is said of them.
  var elements: [InputShape] = []
  /// The members that are described or required.
  var members: [AttributeName: Member] = [:]
  /// Why nothing more is known, when there is a particular reason.
  var reason: String?

  /// Anything at all.
  static let any = InputShape(kinds: .all)
  /// Nothing at all.
  static let none = InputShape(kinds: [])

  /// Anything, for a reason.
  static func unknown(_ reason: String) -> InputShape {
    InputShape(kinds: .all, reason: reason)
  }

  /// What both allow.
  func met(_ other: InputShape) -> InputShape {
    var result = self
    result.kinds.formIntersection(other.kinds)
    result.reason = reason ?? other.reason
    if let mine = elements.first, let theirs = other.elements.first {
      result.elements = [mine.met(theirs)]
    } else {
      result.elements += other.elements
    }
    for (name, theirs) in other.members {
      guard let mine = members[name] else {
        result.members[name] = theirs
        continue
      }
      result.members[name] = Member(
        shape: mine.shape.met(theirs.shape), isRequired: mine.isRequired || theirs.isRequired)
    }
    return result
  }

  /// What either allows. A member that only one object describes may be missing; that the other
  /// object could have it as something else is passed over, as additional members are everywhere.
  func joined(_ other: InputShape) -> InputShape {
    if kinds.isEmpty { return other }
    if other.kinds.isEmpty { return self }
    var result = self
    result.kinds.formUnion(other.kinds)
    result.reason = reason ?? other.reason
    switch (kinds.contains(.array), other.kinds.contains(.array)) {
    case (true, true):
      result.elements = zip(elements, other.elements).map { $0.joined($1) }
    case (false, true): result.elements = other.elements
    default: break
    }
    switch (kinds.contains(.object), other.kinds.contains(.object)) {
    case (true, true):
      for name in Set(members.keys).union(other.members.keys) {
        let mine = members[name]
        let theirs = other.members[name]
        if let mine, let theirs {
          result.members[name] = Member(
            shape: mine.shape.joined(theirs.shape),
            isRequired: mine.isRequired && theirs.isRequired)
        } else if var only = mine ?? theirs {
          only.isRequired = false
          result.members[name] = only
        }
      }
    case (false, true): result.members = other.members
    default: break
    }
    return result
  }
}

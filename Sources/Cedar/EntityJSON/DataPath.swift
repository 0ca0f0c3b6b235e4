internal import JSON

/// The way from the root of some JSON to a value in it.
struct DataPath {
  enum Step {
    case name(String)
    case index(Int)
  }

  private(set) var steps: [Step] = []

  static let root = DataPath()

  mutating func enter(_ name: String) { steps.append(.name(name)) }
  mutating func enter(_ index: Int) { steps.append(.index(index)) }
  mutating func leave() { steps.removeLast() }

  /// The way on to a member.
  func member(_ name: String) -> DataPath {
    var path = self
    path.enter(name)
    return path
  }

  /// The way on to an element.
  func element(_ index: Int) -> DataPath {
    var path = self
    path.enter(index)
    return path
  }

  /// The JSON pointer (RFC 6901).
  var pointer: String {
    var text = ""
    for step in steps {
      switch step {
      case .name(let name): text += "/" + JSONPointer.escaped(name)
      case .index(let index): text += "/\(index)"
      }
    }
    return text
  }
}

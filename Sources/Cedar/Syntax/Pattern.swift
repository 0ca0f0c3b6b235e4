/// The pattern of a `like`: bytes that stand for themselves and wildcards for any text.
struct Pattern: Hashable, Sendable {
  enum Element: Hashable, Sendable {
    case byte(UInt8)
    case wildcard
  }

  let elements: ContiguousArray<Element>

  init(_ elements: [Element]) { self.elements = ContiguousArray(elements) }

  /// What stands between wildcards, and the wildcards.
  enum Piece: Equatable {
    case text(String)
    case wildcard
  }

  /// The pattern in pieces; no two texts follow each other.
  var pieces: [Piece] {
    var pieces: [Piece] = []
    var text: [UInt8] = []
    for element in elements {
      switch element {
      case .byte(let byte): text.append(byte)
      case .wildcard:
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        text = []
        pieces.append(.wildcard)
      }
    }
    if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    return pieces
  }

  /// Whether the whole of `text` fits. At worst O(text × pattern), without backtracking further
  /// than the last wildcard.
  func matches(_ text: String) -> Bool {
    let bytes = text.utf8Span.span
    var position = 0
    var element = 0
    var resume: (position: Int, element: Int)?
    while position < bytes.count {
      if element < elements.count {
        switch elements[element] {
        case .wildcard:
          element += 1
          if element == elements.count { return true }
          resume = (position, element)
          continue
        case .byte(let expected) where expected == bytes[position]:
          position += 1
          element += 1
          continue
        case .byte:
          break
        }
      }
      guard let last = resume else { return false }
      position = last.position + 1
      element = last.element
      resume = (position, element)
    }
    while element < elements.count, elements[element] == .wildcard { element += 1 }
    return element == elements.count
  }
}

/// Goes over the tokens of a source that is known to be right and turns them into steps.
///
/// The steps depend on the tokens alone. Comments wait until the next place where a line can end
/// and make it end there, so formatting again finds them in the same place.
struct Layout {
  let bytes: ContiguousArray<UInt8>
  private let tokens: ContiguousArray<Token>
  /// For each opening bracket the number of its closing one.
  private let partners: ContiguousArray<Int32>
  private var position = 0
  private(set) var steps = ContiguousArray<LayoutStep>()
  private var waiting = ContiguousArray<LayoutComment>()
  private var blankFollows = false

  init(_ bytes: ContiguousArray<UInt8>) {
    self.bytes = bytes
    tokens = Lexer.tokens(of: bytes)
    partners = Layout.partners(tokens)
    findComments(from: 0)
  }

  /// Prints the whole source. `item` takes the tokens of one item; between items stands one empty
  /// line.
  mutating func print(width: Int, item: (inout Layout) -> Void) -> String {
    var printer = LayoutPrinter(bytes, width: width)
    var isFirst = true
    while true {
      finishItem(isFirst: isFirst)
      guard kind != .end else { break }
      item(&self)
      printer.print(&steps)
      steps.removeAll(keepingCapacity: true)
      isFirst = false
    }
    printer.print(&steps)
    return printer.text
  }

  /// Ends the line of an item and writes the comments between it and the next one.
  mutating func finishItem(isFirst: Bool) {
    var comments = waiting[...]
    waiting.removeAll(keepingCapacity: true)
    if !isFirst {
      if comments.first?.isBeside == true, let beside = comments.popFirst() {
        steps.append(.comment(start: beside.start, end: beside.end, isBeside: true))
      }
      let isLast = kind == .end && comments.isEmpty
      steps.append(.hard(blank: !isLast))
    }
    for (number, comment) in comments.enumerated() {
      if number > 0 { steps.append(.hard(blank: comment.followsBlank)) }
      steps.append(.text(start: comment.start, end: comment.end))
    }
    if !comments.isEmpty { steps.append(.hard(blank: blankFollows && kind != .end)) }
  }

  // MARK: Tokens

  var kind: Token.Kind { tokens[position].kind }

  func peek(_ distance: Int) -> Token.Kind {
    tokens[max(0, min(position + distance, tokens.count - 1))].kind
  }

  /// How far away the closing bracket of the opening one at a distance is.
  func distanceToPartner(_ distance: Int) -> Int {
    Int(partners[min(position + distance, tokens.count - 1)]) - position
  }

  private static func partners(_ tokens: ContiguousArray<Token>) -> ContiguousArray<Int32> {
    var partners = ContiguousArray<Int32>(repeating: 0, count: tokens.count)
    var open: [Int] = []
    for (number, token) in tokens.enumerated() {
      switch token.kind {
      case .leftParenthesis, .leftBracket, .leftBrace: open.append(number)
      case .rightParenthesis, .rightBracket, .rightBrace:
        if let first = open.popLast() { partners[first] = Int32(number) }
      default: break
      }
    }
    return partners
  }

  func isWord(_ word: StaticString) -> Bool {
    let token = tokens[position]
    guard token.kind == .identifier || token.kind == .reserved,
      Int(token.end - token.start) == word.utf8CodeUnitCount
    else { return false }
    return word.withUTF8Buffer {
      $0.elementsEqual(bytes[Int(token.start)..<Int(token.end)])
    }
  }

  /// Writes the next token.
  mutating func token() {
    let token = tokens[position]
    guard token.kind != .end else { return }
    steps.append(.text(start: token.start, end: token.end))
    skip()
  }

  /// Leaves the next token out, but not the comments behind it.
  mutating func skip() {
    let token = tokens[position]
    guard token.kind != .end else { return }
    position += 1
    findComments(from: Int(token.end))
  }

  private mutating func findComments(from start: Int) {
    blankFollows = LayoutComment.scan(
      bytes, from: start, to: Int(tokens[position].start), into: &waiting)
  }

  // MARK: Places between tokens

  mutating func space() { steps.append(.space) }

  mutating func open() { steps.append(.open(needed: 0)) }

  mutating func close() { steps.append(.close) }

  /// A place that ends the line when comments wait, and else is `step`.
  mutating func gap(_ step: LayoutStep) {
    if writeComments() {
      steps.append(.hard(blank: false))
    } else {
      steps.append(step)
    }
  }

  /// Indents what follows; the result allows to change by how much.
  @discardableResult
  mutating func indent(by columns: Int = PolicyFormatter.indent) -> Int {
    steps.append(.indent(by: Int32(columns)))
    return steps.count - 1
  }

  mutating func change(_ indent: Int, to columns: Int) {
    steps[indent] = .indent(by: Int32(columns))
  }

  mutating func align() { steps.append(.align) }

  mutating func dedent() { steps.append(.dedent) }

  /// The place before a closing bracket: comments before it are still indented.
  mutating func dedent(_ step: LayoutStep) {
    let hasComments = writeComments()
    steps.append(.dedent)
    steps.append(hasComments ? .hard(blank: false) : step)
  }

  private mutating func writeComments() -> Bool {
    guard !waiting.isEmpty else { return false }
    for (number, comment) in waiting.enumerated() {
      steps.append(
        .comment(
          start: comment.start, end: comment.end, isBeside: number == 0 && comment.isBeside))
    }
    waiting.removeAll(keepingCapacity: true)
    return true
  }
}

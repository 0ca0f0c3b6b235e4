/// A recursive-descent parser for Cedar policies. After an error it goes on behind the next `;`,
/// which only ever ends a policy, so that one run reports the errors of several policies.
struct Parser {
  let bytes: ContiguousArray<UInt8>
  let tokens: ContiguousArray<Token>
  let limits: PolicyLimits
  var position = 0
  var nesting = 0
  var tree = ExpressionTree()

  init(_ text: String, limits: PolicyLimits) {
    bytes = ContiguousArray(text.utf8)
    tokens = Lexer.tokens(of: bytes)
    self.limits = limits
  }

  /// What parsing a source gave.
  struct Outcome {
    var policies: [PolicySyntax] = []
    var errors: [SyntaxError] = []
    var isComplete = true
  }

  /// Parses a whole source; at most `errorLimit` errors (at least one) are collected.
  static func parse(
    _ text: String, limits: PolicyLimits, errorLimit: Int
  ) -> Outcome {
    var outcome = Outcome()
    let limit = min(limits.sourceBytes, PolicyLimits.largestSource)
    guard text.utf8.count <= limit else {
      outcome.errors.append(
        SyntaxError(
          at: 0, "the source has \(text.utf8.count) bytes, more than the limit of \(limit)"))
      return outcome
    }
    var parser = Parser(text, limits: limits)
    while parser.token.kind != .end {
      guard outcome.policies.count < limits.policies else {
        outcome.errors.append(
          SyntaxError(
            at: Int(parser.token.start),
            "the source has more policies than the limit of \(limits.policies)"))
        return outcome
      }
      do throws(SyntaxError) {
        outcome.policies.append(try parser.policy())
      } catch {
        outcome.errors.append(error)
        if outcome.errors.count >= errorLimit {
          outcome.isComplete = false
          return outcome
        }
        parser.skipPolicy()
      }
    }
    return outcome
  }

  // MARK: Tokens

  var token: Token { tokens[position] }

  func peek(_ distance: Int = 1) -> Token {
    tokens[min(position + distance, tokens.count - 1)]
  }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  /// Steps over a token of `kind` if it is next.
  mutating func take(_ kind: Token.Kind) -> Bool {
    guard token.kind == kind else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: Token.Kind, _ what: String, help: String? = nil)
    throws(SyntaxError)
  {
    guard take(kind) else { throw unexpected(what, help: help) }
  }

  func text(_ token: Token) -> String {
    String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
  }

  func isWord(_ token: Token, _ word: StaticString) -> Bool {
    guard token.kind == .identifier || token.kind == .reserved,
      Int(token.end - token.start) == word.utf8CodeUnitCount
    else { return false }
    return word.withUTF8Buffer {
      $0.elementsEqual(bytes[Int(token.start)..<Int(token.end)])
    }
  }

  mutating func take(word: StaticString) -> Bool {
    guard isWord(token, word) else { return false }
    advance()
    return true
  }

  /// The text of the string literal that is next.
  mutating func string(_ what: String) throws(SyntaxError) -> String {
    guard token.kind == .string else { throw unexpected(what) }
    let literal = token
    advance()
    let content = bytes[Int(literal.start) + 1..<Int(literal.end) - 1]
    return try StringEscapes.text(of: ArraySlice(content), at: Int(literal.start) + 1)
  }

  // MARK: Errors

  private static let shownTokenLimit = 40

  /// What the next token is, for a message.
  func found(_ token: Token) -> String {
    switch token.kind {
    case .end: return "the end of the source"
    case .unterminatedString: return "a string without closing `\"`"
    case .string:
      let content = text(token)
      let isShort = content.utf8.count <= Parser.shownTokenLimit && !content.utf8.contains(10)
      return isShort ? "the string \(content)" : "a string"
    default:
      return "`\(text(token).prefix(Parser.shownTokenLimit))`"
    }
  }

  func unexpected(_ expected: String, help: String? = nil) -> SyntaxError {
    if token.kind == .unterminatedString {
      return SyntaxError(
        at: Int(token.start), "this string has no closing `\"`",
        help: "end the string with `\"`; a quote inside is written `\\\"`")
    }
    return SyntaxError(
      at: Int(token.start), "expected \(expected), found \(found(token))",
      help: help ?? Suggestions.mark(token.kind))
  }

  private mutating func skipPolicy() {
    while token.kind != .semicolon, token.kind != .end { advance() }
    advance()
    nesting = 0
  }
}

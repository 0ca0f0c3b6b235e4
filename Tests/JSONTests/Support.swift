import TestSupport

@testable import JSON

/// Parses a literal of a test.
func parse(_ text: String, limits: JSONLimits = .standard) throws(JSONError) -> JSONDocument {
  try JSONDocument(parsing: Array(text.utf8), limits: limits)
}

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// Random documents as text with random whitespace, escapes and number spellings.
struct RandomDocument {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func value(depth: Int = 5) -> String {
    switch Int.random(in: 0..<(depth == 0 ? 5 : 8), using: &generator) {
    case 0: return ["true", "false", "null"].randomElement(using: &generator) ?? "null"
    case 1: return number()
    case 2, 3, 4: return string()
    case 5: return container("[", "]", depth) { $0.value(depth: depth - 1) }
    default:
      var index = 0
      return container("{", "}", depth) { random in
        index += 1
        let name = random.string().dropFirst().dropLast()
        return "\"\(index)\(name)\"" + random.space() + ":" + random.space()
          + random.value(depth: depth - 1)
      }
    }
  }

  mutating func space() -> String {
    ["", "", "", " ", "\n", "\t ", "\r\n"].randomElement(using: &generator) ?? ""
  }

  private mutating func container(
    _ open: String, _ close: String, _ depth: Int, _ item: (inout Self) -> String
  ) -> String {
    let items = (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
      space() + item(&self) + space()
    }
    return open + space() + items.joined(separator: ",") + close
  }

  mutating func number() -> String {
    let integer = Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: return "\(integer)"
    case 1: return "\(integer % 100)"
    case 2: return "\(integer % 1000).\(abs(integer) % 977)"
    case 3: return "\(integer % 10)e\(integer % 100)"
    default: return "\(integer)\(abs(integer))\(abs(integer))"
    }
  }

  mutating func string() -> String {
    let pieces = [
      "a", "hello", "é", "漢字", "😀", #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\u0041"#, #"\u00e9"#,
      #"\ud83d\ude00"#, #"\u0000"#, " ", "0123456789abcdef", "/", "~",
    ]
    let count = Int.random(in: 0..<6, using: &generator)
    return "\"" + (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      + "\""
  }
}

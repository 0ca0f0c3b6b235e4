import TestSupport
import Testing

@testable import Cedar

@Suite("formatting schemas")
struct SchemaFormatterTests {
  private func expect(_ text: String, _ expected: String, width: Int = 80) throws {
    let formatted = try SchemaFormatter.format(text, file: "test", width: width)
    #expect(formatted == expected)
    #expect(try SchemaFormatter.format(formatted, file: "test", width: width) == formatted)
    #expect(
      try SchemaSyntax(parsing: formatted, file: "test").json
        == SchemaSyntax(parsing: text, file: "test").json)
  }

  @Test("what fits is on one line, what does not has a line for each part, comments stay")
  func style() throws {
    try expect(
      """
      // licence
      @doc("x")namespace N::S{ // inside
      entity A,B in[C,D]={@a name:String,"x y"?:Set<Set<Long>>,}tags Set<A>;// beside
      // about C
      entity C{};entity D enum["a","b"];
      // last
      }
      type T={a:{b:Bool}};
      action read,"write it"in[N::S::Action::"all"]appliesTo{principal:[N::S::A,N::S::B],resource:N::S::C,context:{a:T}};
      """,
      """
      // licence
      @doc("x")
      namespace N::S { // inside
        entity A, B in [C, D] = {
          @a
          name: String,
          "x y"?: Set<Set<Long>>
        } tags Set<A>; // beside

        // about C
        entity C {};

        entity D enum ["a", "b"];
        // last
      }

      type T = { a: { b: Bool } };

      action read, "write it" in [N::S::Action::"all"] appliesTo {
        principal: [N::S::A, N::S::B],
        resource: N::S::C,
        context: { a: T }
      };

      """)
  }

  @Test("comments between any two tokens all survive in their order")
  func comments() throws {
    let tokens =
      """
      @ a ( "b" ) namespace N :: S { @ c entity A , B in [ C , D ] = { @ d name : String , \
      "x" ? : Set < Set < Long > > , } tags Set < A > ; entity C { } ; entity D enum [ "a" , "b" ] \
      ; } type T = { a : { b : Bool } , } ; action x , "y" in [ N :: Action :: "z" , x ] appliesTo \
      { principal : [ N :: S :: A ] , resource : N :: S :: C , context : { a : T } , } ;
      """.split(separator: " ")
    let plain = try SchemaSyntax(parsing: tokens.joined(separator: " "), file: "test").json
    for seed in 0..<300 {
      var random = SeededGenerator(seed: UInt64(seed))
      var text = ""
      var comments: [String] = []
      for token in tokens {
        text += token
        guard Int.random(in: 0..<(1 + seed % 8), using: &random) == 0 else {
          text += " "
          continue
        }
        comments.append("// \(comments.count)")
        text += ["\n", " ", "\r\n\n"].randomElement(using: &random) ?? ""
        text += (comments.last ?? "") + "\n"
      }
      let result = try SchemaFormatter.format(text, file: "test", width: 10 + seed % 90)
      let found = result.split(separator: "\n").compactMap { line in
        line.firstRange(of: "//").map { String(line[$0.lowerBound...]) }
      }
      #expect(found == comments, "\(result)")
      #expect(try SchemaSyntax(parsing: result, file: "test").json == plain)
      #expect(try SchemaFormatter.format(result, file: "test", width: 10 + seed % 90) == result)
    }
  }

  @Test("what does not parse is an error")
  func errors() {
    #expect(throws: SchemaErrors.self) {
      try SchemaFormatter.format("entity A in;", file: "test")
    }
    #expect(throws: SchemaErrors.self) {
      try SchemaFormatter.format(
        "type A = " + String(repeating: "Set<", count: 100_000), file: "test")
    }
    #expect(throws: SchemaErrors.self) {
      try SchemaFormatter.format(
        "type A = " + String(repeating: "{ a: ", count: 100_000), file: "test")
    }
  }
}

import Testing

@testable import Cedar

@Suite("formatting policies")
struct FormatterTests {
  private func formatted(_ text: String, width: Int = 80) throws -> String {
    try PolicyFormatter.format(text, file: "test.cedar", width: width)
  }

  /// Expects `text` to become `expected`, and that to stay as it is.
  private func expect(_ text: String, _ expected: String, width: Int = 80) throws {
    #expect(try formatted(text, width: width) == expected)
    #expect(try formatted(expected, width: width) == expected)
  }

  @Test("what fits is written on one line, one clause a line, annotations one a line")
  func short() throws {
    try expect(
      """
      @id("a")@flag permit(principal,action in[Action::"r",],resource is Doc in Folder::"f",)
      when{ principal . age>=18&&!context.t||{a:1,}.a==- 1 }unless{false};
      forbid(principal==?principal,action,resource in ?resource);
      """,
      """
      @id("a")
      @flag
      permit (principal, action in [Action::"r"], resource is Doc in Folder::"f")
      when { principal.age >= 18 && !context.t || { a: 1 }.a == -1 }
      unless { false };

      forbid (principal == ?principal, action, resource in ?resource);

      """)
  }

  @Test("a scope that does not fit has one line for each part")
  func scope() throws {
    try expect(
      """
      permit(principal is Sallyport::Agent in Sallyport::Role::"developers", action in [
      Action::"call"], resource == Sallyport::Tool::"github__create_issue");
      """,
      """
      permit (
        principal is Sallyport::Agent in Sallyport::Role::"developers",
        action in [Action::"call"],
        resource == Sallyport::Tool::"github__create_issue"
      );

      """)
    try expect(
      #"permit(principal, action in [Action::"a", Action::"b"], resource == A::"long long long");"#,
      #"""
      permit (
        principal,
        action in [
          Action::"a",
          Action::"b"
        ],
        resource ==
          A::"long long long"
      );

      """#, width: 26)
  }

  @Test("chains of `&&` and `||` break at their operators")
  func chains() throws {
    try expect(
      """
      permit(principal, action, resource) when { context.first && context.second || \
      context.third && context.fourth && (context.fifth || context.sixth || context.seventh) \
      || true };
      """,
      """
      permit (principal, action, resource)
      when {
        context.first && context.second ||
        context.third &&
          context.fourth &&
          (context.fifth ||
           context.sixth ||
           context.seventh) ||
        true
      };

      """, width: 40)
  }

  @Test("comparisons and arithmetic break behind their operators, attributes before their dots")
  func operators() throws {
    try expect(
      """
      permit(principal, action, resource) when { context.first + context.second * 3 - 4 == \
      context.input.attributes.of.the.thing && resource.name like "a*b" && \
      principal has input.to.name };
      """,
      """
      permit (
        principal,
        action,
        resource
      )
      when {
        context.first +
          context.second * 3 -
          4 ==
          context.input.attributes
            .of.the.thing &&
        resource.name like "a*b" &&
        principal has input.to.name
      };

      """, width: 30)
  }

  @Test("sets, records and arguments that do not fit have one line for each element")
  func brackets() throws {
    try expect(
      """
      permit(principal, action, resource) when { context.tags.containsAny(["first", "second", \
      "third"]) && {name: "a name", list: ["first", "second", "third"]} == context.record && \
      resource.address.isInRange(ip("10.0.0.0/8")) && f in [A::"1", A::"2"] };
      """.replacing("f in", with: "principal in"),
      """
      permit (principal, action, resource)
      when {
        context.tags.containsAny([
          "first",
          "second",
          "third"
        ]) &&
        {
          name: "a name",
          list: ["first", "second", "third"]
        } ==
          context.record &&
        resource.address
          .isInRange(ip("10.0.0.0/8")) &&
        principal in [A::"1", A::"2"]
      };

      """, width: 38)
  }

  @Test("conditionals that do not fit have one line for each branch")
  func conditionals() throws {
    try expect(
      """
      permit(principal, action, resource) when { if context.first then context.second else if \
      context.third then context.fourth else (if true then false else context.fifth) };
      """,
      """
      permit (principal, action, resource)
      when {
        if context.first
        then context.second
        else if context.third
        then context.fourth
        else (if true
              then false
              else context.fifth)
      };

      """, width: 38)
  }

  @Test("comments stay beside or above what they were beside or above")
  func comments() throws {
    try expect(
      """
      // licence


      // about the policy
      @id("a") // its name
      permit ( // who
        principal, action
        // the thing
        , resource // any
      ) when { // first
        context.a // a
        && context.b
        // why c
        && [1, // one
        2 // two
        // three
        ,
        ].contains(context.c)
        // last
      } // behind
      ; // end
      // next
      forbid(principal, action, resource);
      // trailing

      // more
      """,
      """
      // licence

      // about the policy
      @id("a") // its name
      permit ( // who
        principal,
        action,
        // the thing
        resource // any
      )
      when { // first
        context.a && // a
        context.b &&
        // why c
        [
          1, // one
          2 // two
          // three
        ].contains(context.c)
        // last
      }; // behind

      // end
      // next
      forbid (principal, action, resource);

      // trailing

      // more

      """)
  }

  @Test("there may be nothing but comments, or nothing")
  func empty() throws {
    try expect("", "")
    try expect(" \n\t\r\n", "")
    try expect("  // a  \n//b", "// a\n//b\n")
    try expect("//", "//\n")
  }

  @Test("line ends of all kinds, tabs and other white space become spaces and `\\n`")
  func whitespace() throws {
    try expect(
      "// a\t \r\n\r\n// b\r// c\r\n\u{A0}permit\u{2003}(principal,\r\n\taction,\u{0B}resource)\r\n;",
      "// a\n\n// b\n// c\npermit (principal, action, resource);\n")
    try expect(
      "permit(principal,action,resource)when{\"\r\n\t\u{2028}\"==\"\u{1F600}\"};",
      "permit (principal, action, resource)\nwhen { \"\r\n\t\u{2028}\" == \"\u{1F600}\" };\n")
  }

  @Test("what cannot be broken may be longer than the line")
  func long() throws {
    let name = String(repeating: "x", count: 200)
    try expect(
      "permit(principal,action,resource)when{context.\(name)==\"\(name)\"};",
      "permit (principal, action, resource)\nwhen {\n  context.\(name) ==\n    \"\(name)\"\n};\n")
  }

  @Test("what does not parse is an error with its place")
  func errors() {
    let error = #expect(throws: PolicyParseErrors.self) {
      try formatted("permit(principal, action);\nforbid(principal, action, resource")
    }
    #expect(error?.errors.map(\.place.description) == ["test.cedar:1:25", "test.cedar:2:35"])
  }
}

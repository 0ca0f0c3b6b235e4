import Cedar
import JSON
import Testing

@testable import Gate

@Suite("The narrowest condition of a call")
struct GrantConditionTests {
  @Test func `it binds each plain argument by its value, and those that are not given`() throws {
    let arguments = try json(
      #"{"text":"a\"b","n":-3,"f":1.5,"ok":true,"none":null,"list":[1],"we ird":"x"}"#)
    let (condition, unbound) = GrantCondition.narrowest(of: arguments, known: ["n", "other"])
    #expect(unbound == ["f", "list"])
    let text = try #require(condition)
    for part in [
      #"context.input["text"] == "a\"b""#, #"context.input["n"] == (-3)"#,
      #"context.input["ok"] == true"#, #"context.input["we ird"] == "x""#,
      #"context.input has "list""#, #"!(context.input has "other")"#,
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    #expect(!text.contains("none"))
    let policy = "permit (principal, action, resource) when { \(text) };"
    #expect(try policies(policy).count == 1)
    #expect(GrantCondition.narrowest(of: try json("{}")).condition == nil)
  }
}

import Cedar
import Testing

@testable import Gate

@Suite("The text of a policy")
struct PolicyTextTests {
  private static let text = """
    // Everybody may list.
    @id("list")
    permit (principal, action == Sallyport::Action::"list", resource);

    // Dropping is dangerous.
    @id("drops")
    @remedy("approval")
    @advice("Ask the owner.")
    forbid (principal, action, resource)
    when { context has input };

    // Between.
    // The last.
    @id("last") permit (principal, action, resource);
    """

  private func policies() throws -> Policies {
    try Policies.parse([PolicySource(file: "a.cedar", text: Self.text)])
  }

  @Test func `a policy is shown as its file has it, without what is about the next`() throws {
    let policies = try policies()
    #expect(
      policies.text(of: "list") == """
        @id("list")
        permit (principal, action == Sallyport::Action::"list", resource);
        """)
    #expect(
      policies.text(of: "drops")?.hasPrefix(
        "@id(\"drops\")\n@remedy(\"approval\")\n@advice(\"Ask the owner.\")\nforbid (") == true)
    #expect(policies.text(of: "drops")?.contains("The last.") == false)
    #expect(policies.text(of: "last") == #"@id("last") permit (principal, action, resource);"#)
  }

  @Test func `there is no text of what is not there`() throws {
    #expect(try policies().text(of: "gone") == nil)
  }
}

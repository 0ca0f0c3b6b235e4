// swift-tools-version: 6.2
import PackageDescription

/// One fuzzer: `<name>/Fuzz.swift` defines `LLVMFuzzerTestOneInput`, libFuzzer brings `main`.
func fuzzer(_ name: String) -> Target {
  .executableTarget(
    name: "Fuzz\(name)", dependencies: [.product(name: "SallyportParsers", package: "sallyport")],
    path: name, exclude: ["corpus"], swiftSettings: [.unsafeFlags(["-parse-as-library"])])
}

// Apart from the main package, so that its build never sees a target without `main`.
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "sallyport", path: "..")],
  targets: [
    fuzzer("Cedar"),
    fuzzer("CedarEntities"),
    fuzzer("CedarFormatter"),
    fuzzer("CedarPolicyJSON"),
    fuzzer("CedarRequest"),
    fuzzer("CedarSchema"),
    fuzzer("CedarSchemaJSON"),
    fuzzer("HTTP"),
    fuzzer("Inspection"),
    fuzzer("JSON"),
    fuzzer("Ledger"),
    fuzzer("Search"),
    fuzzer("SSE"),
    fuzzer("Stdio"),
    fuzzer("Tokens"),
    fuzzer("TOML"),
  ]
)

// swift-tools-version: 6.2
import PackageDescription

// Release builds add `-Xswiftc -cross-module-optimization` (see the Makefile): without it a hot
// generic that crosses a target costs 28 ns instead of 1 ns.
let swift: [SwiftSetting] = [
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Libraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func target(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: swift)
}

func tests(
  _ name: String, uses dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swift)
}

let package = Package(
  name: "sallyport",
  products: [
    .executable(name: "sallyport", targets: ["sallyport"]),
    .library(
      name: "SallyportParsers",
      targets: [
        "JSON", "Cedar", "Crypto", "HTTP", "Identity", "MCP", "Ledger", "Search", "Inspection",
        "Import",
      ]),
  ],
  targets: [
    // The distribution's libraries, and C that Swift cannot import. No logic.
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-gnutls-dev"),
    library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    library("CPCRE2", pkgConfig: "libpcre2-8", apt: "libpcre2-dev"),
    library("CGnuTLS", pkgConfig: "gnutls", apt: "libgnutls28-dev"),
    library("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
    library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    library("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
    .target(name: "CLinux", path: "Libraries/CLinux"),
    .target(
      name: "CWordVectors", path: "Libraries/CWordVectors",
      exclude: ["README.md", "make", "words.bin"]),
    .target(
      name: "CSimdjson", path: "Libraries/CSimdjson",
      linkerSettings: [.linkedLibrary("simdjson")]),

    // Floor 0
    target("Reactor", uses: ["CLinux"]),
    target("JSON", uses: ["CSimdjson", "CPCRE2"]),
    target("Cedar", uses: ["JSON"]),
    target("Crypto", uses: ["CGnuTLS", "CSodium"]),
    target("Logging", uses: []),
    // Floor 1
    target("HTTP", uses: ["Reactor", "CCurl", "CLinux", "CGnuTLS"]),
    target("Configuration", uses: ["CYAML", "CLinux"]),
    target("Ledger", uses: ["Reactor", "JSON", "Crypto", "CDeflate", "CLinux"]),
    target("Storage", uses: ["CSQLite"]),
    target("Search", uses: ["JSON", "CWordVectors"]),
    target("Inspection", uses: ["JSON"]),
    // Floor 2
    target("MCP", uses: ["Reactor", "JSON", "HTTP", "Crypto", "Logging", "CLinux"]),
    target("Export", uses: ["Ledger", "HTTP", "JSON", "Crypto", "Reactor", "Logging", "CLinux"]),
    target(
      "Audit",
      uses: ["Ledger", "Storage", "Cedar", "JSON", "Crypto", "Logging"]),
    target("Import", uses: ["JSON", "Configuration"]),
    // Floor 3
    target(
      "Catalog",
      uses: [
        "MCP", "Inspection", "Storage", "JSON", "Reactor", "HTTP", "Configuration", "Crypto",
        "Logging",
      ]),
    target(
      "Identity",
      uses: ["Crypto", "Configuration", "HTTP", "JSON", "Logging", "Reactor", "Storage"]),
    target(
      "Approvals",
      uses: [
        "Identity", "Storage", "Inspection", "HTTP", "JSON", "Crypto", "Reactor", "Configuration",
        "Logging",
      ]),
    target("Evidence", uses: ["JSON", "Crypto", "Logging"]),
    target("Orders", uses: ["Cedar", "Crypto", "Reactor", "Storage"]),
    // Floor 4
    target(
      "Gate",
      uses: [
        "Catalog", "Identity", "Approvals", "Orders", "Search", "Cedar", "Ledger", "MCP", "JSON",
        "Crypto",
        "Reactor", "Logging", "Configuration", "CLinux",
      ]),
    // Floor 5
    target(
      "Admin",
      uses: [
        "Gate", "Catalog", "Inspection", "Identity", "Approvals", "Orders", "Audit", "Ledger",
        "MCP", "HTTP", "JSON", "Reactor", "Configuration", "Logging",
      ]),
    target(
      "Console",
      uses: [
        "Gate", "Approvals", "Orders", "Inspection", "Identity", "HTTP", "JSON", "Crypto",
        "Reactor", "Logging",
      ]),
    // Floor 6
    .executableTarget(
      name: "sallyport",
      dependencies: [
        "Admin", "Console", "Gate", "Catalog", "Identity", "Approvals", "Orders", "Audit",
        "Evidence", "Export", "Ledger", "MCP", "HTTP",
        "Cedar", "JSON", "Crypto", "Storage", "Search", "Import", "Configuration", "Reactor",
        "Logging", "CLinux",
      ],
      exclude: ["README.md"], swiftSettings: swift),

    .target(
      name: "BenchmarkSupport", dependencies: ["CLinux"], path: "Benchmarks/Support",
      swiftSettings: swift),
    .executableTarget(
      name: "bench-upstream", dependencies: ["BenchmarkSupport"], path: "Benchmarks/Upstream",
      swiftSettings: swift),
    .executableTarget(
      name: "bench-load", dependencies: ["BenchmarkSupport"], path: "Benchmarks/Load",
      swiftSettings: swift),
    .executableTarget(
      name: "bench-ledger", dependencies: ["Ledger", "Reactor", "CLinux"],
      path: "Benchmarks/Ledger", swiftSettings: swift),
    .executableTarget(
      name: "bench-cedar", dependencies: ["Cedar", "JSON"], path: "Benchmarks/Cedar",
      swiftSettings: swift),
    .executableTarget(
      name: "bench-search", dependencies: ["Search"], path: "Benchmarks/Search",
      swiftSettings: swift),
    .executableTarget(
      name: "bench-tokens", dependencies: ["Crypto", "Identity"], path: "Benchmarks/Tokens",
      swiftSettings: swift),
    .target(name: "FuzzSupport", path: "Fuzz/Support", swiftSettings: swift),
    .executableTarget(
      name: "bench-audit",
      dependencies: ["Admin", "Audit", "BenchmarkSupport", "Crypto", "JSON", "Ledger"],
      path: "Benchmarks/Audit", swiftSettings: swift),
    .executableTarget(
      name: "cedar-differential", dependencies: ["FuzzSupport", "Cedar", "JSON"],
      path: "Fuzz/Differential", exclude: ["compare.py"], swiftSettings: swift),
    .executableTarget(
      name: "ledger-mutations", dependencies: ["FuzzSupport", "Ledger"], path: "Fuzz/Mutations",
      swiftSettings: swift),
    .executableTarget(
      name: "ledger-crash", dependencies: ["FuzzSupport", "Ledger", "Reactor"], path: "Fuzz/Crash",
      swiftSettings: swift),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swift),
    tests("ReactorTests", uses: ["Reactor", "CLinux", "TestSupport"]),
    tests("JSONTests", uses: ["JSON", "TestSupport"]),
    tests("CedarTests", uses: ["Cedar", "JSON", "TestSupport"]),
    tests("CryptoTests", uses: ["Crypto"]),
    tests("LoggingTests", uses: ["Logging"]),
    tests("HTTPTests", uses: ["HTTP", "Reactor", "CLinux", "TestSupport"]),
    tests("ConfigurationTests", uses: ["Configuration", "TestSupport"]),
    tests(
      "CommandLineTests",
      uses: [
        "sallyport", "Admin", "Audit", "Catalog", "Configuration", "Cedar", "Export", "HTTP",
        "JSON", "Ledger", "Logging", "MCP", "Reactor", "Search", "Storage", "TestSupport",
      ]),
    tests("LedgerTests", uses: ["Ledger", "Crypto", "Reactor", "JSON", "CLinux", "TestSupport"]),
    tests(
      "ExportTests",
      uses: ["Export", "Ledger", "HTTP", "JSON", "Crypto", "Reactor", "CLinux", "TestSupport"],
      exclude: ["Fixtures"]),
    tests("EvidenceTests", uses: ["Evidence", "JSON"]),
    tests("StorageTests", uses: ["Storage", "TestSupport"]),
    tests("InspectionTests", uses: ["Inspection", "JSON"], exclude: ["Data"]),
    tests("SearchTests", uses: ["Search", "JSON"], exclude: ["Data"]),
    tests("AuditTests", uses: ["Audit", "Ledger", "Storage", "JSON", "TestSupport"]),
    tests("MCPTests", uses: ["MCP", "HTTP", "Reactor", "JSON", "Logging", "TestSupport"]),
    tests("ImportTests", uses: ["Import", "Configuration", "JSON"]),
    tests(
      "CatalogTests",
      uses: [
        "Catalog", "Configuration", "HTTP", "Inspection", "JSON", "Logging", "MCP", "Reactor",
        "Storage", "TestSupport",
      ]),
    tests(
      "IdentityTests",
      uses: [
        "Identity", "Configuration", "Crypto", "JSON", "Logging", "Reactor", "Storage", "CGnuTLS",
        "TestSupport",
      ]),
    tests("OrdersTests", uses: ["Orders", "Cedar", "Reactor", "Storage", "TestSupport"]),
    tests(
      "ApprovalsTests",
      uses: [
        "Approvals", "Identity", "Configuration", "HTTP", "JSON", "Crypto", "Reactor", "Logging",
        "TestSupport",
      ]),
    tests(
      "GateTests",
      uses: [
        "Gate", "Catalog", "Identity", "Approvals", "Orders", "Configuration", "Cedar", "Ledger",
        "Logging", "Audit", "MCP", "JSON", "Reactor", "Search", "TestSupport",
      ]),
    tests(
      "AdminTests",
      uses: [
        "Admin", "Gate", "Catalog", "Identity", "Inspection", "Orders", "Audit", "Configuration",
        "Ledger", "Logging", "MCP", "HTTP", "JSON", "Reactor", "TestSupport",
      ]),
    tests(
      "ConsoleTests",
      uses: ["Console", "Approvals", "Identity", "HTTP", "JSON", "Crypto", "Reactor"]),
    tests("TidyTests", uses: []),
    tests("BenchmarkTests", uses: ["BenchmarkSupport", "bench-load", "bench-upstream"]),
    tests(
      "EndToEndTests", uses: ["Reactor", "JSON", "CLinux", "TestSupport"], exclude: ["Fixtures"]),
  ]
)

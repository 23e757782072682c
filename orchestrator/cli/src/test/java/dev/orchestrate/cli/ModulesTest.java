package dev.orchestrate.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;

/** What may know what; docs/architecture.md. */
@AnalyzeClasses(packages = "dev.orchestrate", importOptions = ImportOption.DoNotIncludeTests.class)
class ModulesTest {

  @ArchTest
  static final ArchRule MODULES_KNOW_THOSE_BELOW =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("linux")
          .definedBy("dev.orchestrate.linux..")
          .layer("spi")
          .definedBy("dev.orchestrate.spi..")
          .layer("engine")
          .definedBy("dev.orchestrate.engine..")
          .layer("cli")
          .definedBy("dev.orchestrate.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("spi")
          .mayOnlyBeAccessedByLayers("engine", "cli")
          .whereLayer("linux")
          .mayOnlyBeAccessedByLayers("spi", "engine", "cli");

  @ArchTest
  static final ArchRule NATIVE_CODE_IS_CALLED_BY_LINUX_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.orchestrate.linux..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "sun.misc..");

  @ArchTest
  static final ArchRule COMMANDS_ARE_PARSED_BY_CLI_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.orchestrate.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  /** It alone looks whether what is stored is the checkpoint's own. */
  @ArchTest
  static final ArchRule SNAPSHOTS_ARE_DELETED_IN_ONE_PLACE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.orchestrate.engine.recovery.OwnSnapshot")
          .should()
          .callMethod(SnapshotBackend.class, "delete", SnapshotReference.class);

  @ArchTest
  static final ArchRule PACKAGES_DO_NOT_KNOW_EACH_OTHER_IN_CIRCLES =
      slices().matching("dev.orchestrate.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOTHING_IS_NAMED_FOR_NOTHING =
      classes().should().haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl)");
}

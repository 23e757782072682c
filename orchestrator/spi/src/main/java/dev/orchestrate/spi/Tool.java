package dev.orchestrate.spi;

/**
 * Another program that a backend starts.
 *
 * @param program its name, as in PATH
 * @param debianPackage that it comes with, for the advice
 * @param purpose what for: a clause, such as "to copy to other hosts"
 */
public record Tool(String program, String debianPackage, String purpose) {}

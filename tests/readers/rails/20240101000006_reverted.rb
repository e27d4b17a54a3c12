class Reverted < ActiveRecord::Migration[6.1]
  def change
    add_column :users, :before, :text
    revert do
      add_column :users, :nick, :string, limit: 20, null: false, default: ""
      create_table :old do |t|
        t.integer :n
        t.references :user
      end
      drop_table :gone do |t|
        t.integer :n
        t.index :n
      end
      create_join_table :users, :roles
      change_table :users do |t|
        t.string :a, :b
        t.references :team
        t.timestamps null: true
        t.rename :x, :y
        t.index :z
        t.remove :w, type: :integer
        t.change_default :v, from: 1, to: 2
        t.change_null :v, false
      end
      reversible do |dir|
        dir.up { execute "SELECT 'never'" }
        dir.down { execute "SELECT 'down'" }
      end
      up_only { execute "SELECT 'never either'" }
      say_with_time("columns") { add_column :users, :said, :integer }
      %i[one two].each { |column| add_column :users, column, :boolean }
      rename_table :shops, :stores
      rename_column :users, :name, :title
      rename_index :users, "old_name", "new_name"
      change_column_null :users, :rank, false
      change_column_default :users, :rank, from: "a", to: "b"
      change_column_comment :users, :rank, from: "low", to: "high"
      change_table_comment :users, from: nil, to: "people"
      add_index :users, :email, unique: true
      add_index :users, [:a, :b], name: "both"
      remove_index :users, column: :name
      remove_index :users, [:a, :c], name: "other"
      remove_column :users, :was, :integer, null: false
      remove_columns :users, :c, :d, type: :text
      add_timestamps :stores, null: true
      remove_timestamps :users
      add_reference :users, :shop, foreign_key: true
      remove_reference :users, :city
      add_foreign_key :users, :teams
      remove_foreign_key :users, :groups
      add_check_constraint :users, "age > 1", name: "adult"
      remove_check_constraint :users, "age > 2", name: "old"
      enable_extension "pgcrypto"
      disable_extension "citext"
      create_table(:maybe, if_not_exists: true) { |t| t.text :b }
      add_column :users, :maybe, :text, if_not_exists: true
      add_index :users, :maybe, if_not_exists: true
      remove_column :users, :maybe_not, :text, if_exists: true
      puts reverting?
    end
    add_column :users, :after, :text
    revert do
      add_column :users, :first, :text
    end
  end
end
